"""Laws of comparisons: swapping the arms, shuffling the clips, equal arms, and no p of 0 or NaN whatever comes."""

from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.statistics.comparison import PairedComparison, compare_arms

Experiment = tuple[Clips, Ints, Ints]


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Small experiments of every degenerate kind: one clip, actor, fold or seed, no blends, constant arms."""
    n, n_seeds = draw(st.integers(1, 30)), draw(st.integers(1, 3))
    n_labels, n_actors, n_folds = draw(st.sampled_from([2, 6, 36])), draw(st.integers(1, 5)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    actor = np.array(["a", "", "b", "c", "d"])[rng.integers(0, n_actors, n)]
    label = rng.integers(0, n_labels, n)
    share_right = draw(st.sampled_from([0.0, 0.5, 1.0]))
    a, b = (
        np.where(rng.random((n_seeds, n)) < share_right, label, rng.integers(0, n_labels, (n_seeds, n))) for _ in "ab"
    )
    names = np.array([f"c{i:02d}" for i in range(n)])
    return Clips(names, actor, np.zeros(n, dtype=bool), rng.integers(0, n_folds, n), label), a, b


def compared(clips: Clips, a: Ints, b: Ints, *, reference: str = "b") -> list[PairedComparison]:
    return compare_arms(clips, {"a": a, "b": b}, reference, generator=np.random.default_rng(0), n_resamples=100)


@given(experiments())
@settings(max_examples=60)
def test_nothing_is_ever_0_or_nan(experiment: Experiment) -> None:
    for test in compared(*experiment):
        assert (test.p_value is None) is (test.p_adjusted is None) is bool(test.note)
        assert test.p_value is None or 0 < test.p_value <= 1
        assert all(map(isfinite, (test.difference, *test.ci95)))
        assert test.ci95[0] <= test.ci95[1]
        assert test.effect_size is None or isfinite(test.effect_size)


@given(experiments())
@settings(max_examples=20)
def test_swapping_the_arms_only_turns_the_signs(experiment: Experiment) -> None:
    for one, other in zip(compared(*experiment), compared(*experiment, reference="a"), strict=True):
        assert (one.a, one.b, one.metric, one.method) == (other.b, other.a, other.metric, other.method)
        assert one.difference == pytest.approx(-other.difference, abs=1e-12)
        assert one.ci95 == pytest.approx((-other.ci95[1], -other.ci95[0]), abs=1e-9)
        assert one.p_value == pytest.approx(other.p_value)
        assert one.note == other.note
        if one.effect_size is not None:
            assert other.effect_size == pytest.approx(-one.effect_size)


@given(experiments(), st.integers(0, 2**31))
@settings(max_examples=20)
def test_the_order_of_the_clips_says_nothing(experiment: Experiment, seed: int) -> None:
    clips, a, b = experiment
    order = np.random.default_rng(seed).permutation(len(clips))
    assert compared(clips, a, b) == compared(clips.take(order), a[:, order], b[:, order])


@given(experiments())
@settings(max_examples=20)
def test_equal_arms_cannot_be_tested(experiment: Experiment) -> None:
    clips, a, _ = experiment
    for test in compared(clips, a, a.copy()):
        assert (test.difference, test.ci95, test.p_value, test.note) == (0.0, (0.0, 0.0), None, "equal predictions")
