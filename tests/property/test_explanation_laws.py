"""What holds for any picks, rankings and gaps."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.types import Bools, Clips, Floats
from blemore_cli.evaluation.gate_quality.best_encoders import best_encoders, selection_overlap
from blemore_cli.evaluation.gate_quality.deletion_curves import remaining_encoders
from blemore_cli.evaluation.gate_quality.gate_precision import chance_precision, popularity_precision
from blemore_cli.evaluation.gate_quality.rank_correlation import rank_correlations

Case = tuple[Floats, Bools, int]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Values with ties, gaps, and a number to keep."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n_clips, n_encoders = draw(st.integers(1, 12)), draw(st.integers(1, 6))
    available = rng.random((n_clips, n_encoders)) < 0.7
    available[np.arange(n_clips), rng.integers(0, n_encoders, n_clips)] = True
    return rng.integers(0, 5, (2, n_clips, n_encoders)).astype(float), available, draw(st.integers(1, n_encoders))


def clips_of(n: int) -> Clips:
    names = np.array([f"c{i}" for i in range(n)])
    return Clips(names, names, np.zeros(n, dtype=bool), np.arange(n) % 2, np.zeros(n, dtype=np.int64))


@given(cases())
def test_the_best_are_as_many_as_can_be_and_none_is_beaten(case: Case) -> None:
    values, available, n = case
    best = best_encoders(values, available, n)
    np.testing.assert_array_equal(best.sum(-1), np.minimum(n, available.sum(-1))[None].repeat(2, 0))
    worst_kept = np.where(best, values, np.inf).min(-1)
    best_dropped = np.where(available & ~best, values, -np.inf).max(-1)
    assert (worst_kept >= best_dropped).all()


@given(cases(), st.integers(0, 8))
def test_removal_takes_the_first_and_leaves_one(case: Case, n_removed: int) -> None:
    values, available, _ = case
    left = remaining_encoders(values, available, n_removed)
    np.testing.assert_array_equal(left.sum(-1)[0], np.maximum(available.sum(-1) - n_removed, 1))
    assert (left <= available).all()
    lost = np.where(available & ~left, values, np.inf).min(-1)
    assert (lost >= np.where(left, values, -np.inf).max(-1)).all()


@given(cases())
def test_a_ranking_agrees_with_itself_and_not_with_its_reverse(case: Case) -> None:
    values, available, _ = case
    own, reverse = rank_correlations(values, values, available), rank_correlations(values, -values, available)
    exists = ~np.isnan(own)
    np.testing.assert_allclose(own[exists], 1)
    np.testing.assert_allclose(reverse[exists], -1)
    np.testing.assert_array_equal(np.isnan(reverse), ~exists)


@given(cases())
def test_dealt_and_chance_precision_are_shares_and_agree_for_equal_shares(case: Case) -> None:
    values, available, n = case
    picks, useful = best_encoders(values, available, n), best_encoders(-values, available, n)
    dealt = popularity_precision(picks, useful, available, clips_of(len(available)))
    assert ((dealt >= 0) & (dealt <= 1 + 1e-12)).all()
    everything = np.broadcast_to(available, picks.shape)
    whole = popularity_precision(everything, everything, available, clips_of(len(available)))
    np.testing.assert_allclose(whole, 1)
    assert 0 < chance_precision(picks, available) <= 1
    np.testing.assert_allclose(selection_overlap(picks, picks), 1)
