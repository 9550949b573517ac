"""Tests and intervals against scipy, statsmodels and plain loops."""

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.statistics.actor_bootstrap import percentile_interval, resampled_scores
from blemore_cli.evaluation.statistics.comparison import holm_adjusted
from blemore_cli.evaluation.statistics.paired_differences import actor_shares
from blemore_cli.evaluation.statistics.sign_flip import sign_flip_p_values
from blemore_cli.evaluation.statistics.significance import (
    corrected_resampled_t,
    mcnemar_over_clips,
    wilcoxon_over_actors,
)

P_VALUES = st.lists(st.floats(1e-9, 1), min_size=1, max_size=8)


def experiment(*, n_actors: int, n_clips: int, seed: int = 0) -> tuple[Clips, Ints]:
    """Clips of unequal actors and the predictions of 3 seeds."""
    rng = np.random.default_rng(seed)
    actor = rng.choice(n_actors, n_clips, p=np.arange(1, n_actors + 1) / np.arange(1, n_actors + 1).sum())
    actor[:n_actors] = np.arange(n_actors)
    label = rng.integers(0, 36, n_clips)
    names = np.array([f"c{i}" for i in range(n_clips)])
    clips = Clips(names, np.array([f"A{i:02d}" for i in actor]), np.zeros(n_clips, dtype=bool), actor % 2, label)
    return clips, np.where(rng.random((3, n_clips)) < 0.5, label, rng.integers(0, 36, (3, n_clips)))


def test_bootstrap_against_a_loop_over_clips() -> None:
    """Draws actors as the code does, then gathers their clips one actor after the other and scores them officially."""
    clips, predicted = experiment(n_actors=6, n_clips=80)
    counts = correct_counts(actor_index(clips), clips.label, predicted)
    (found,) = resampled_scores([counts], generator=np.random.default_rng(7), n_resamples=40)
    draws = np.random.default_rng(7).multinomial(6, np.full(6, 1 / 6), 40)
    for draw, figures in zip(draws, found, strict=True):
        rows = [
            row
            for i, times in enumerate(draw)
            for _ in range(times)
            for row in np.flatnonzero(clips.actor == f"A{i:02d}")
        ]
        each = [official_scores(clips.label[rows], labels[rows]) for labels in predicted]
        expected = [np.mean([getattr(one, name) for one in each]) for name in ("presence", "salience", "score")]
        assert figures.tolist() == pytest.approx(expected, abs=1e-12)


def test_bootstrap_distribution_against_scipys() -> None:
    """Resampling actors as single observations of (right clips, clips), whose statistic is the ratio of sums."""
    clips, predicted = experiment(n_actors=20, n_clips=400)
    counts = correct_counts(actor_index(clips), clips.label, predicted)
    (mine,) = resampled_scores([counts], generator=np.random.default_rng(0), n_resamples=20_000)
    theirs = stats.bootstrap(
        (counts.presence.mean(axis=0), counts.n_clips),
        lambda right, n, axis: right.sum(axis=axis) / n.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(1),
    )
    ends = np.quantile(mine[:, 0], [0.025, 0.975])
    interval = theirs.confidence_interval
    assert mine[:, 0].std(ddof=1) == pytest.approx(theirs.standard_error, rel=0.03)
    assert ends.tolist() == pytest.approx([interval.low, interval.high], abs=0.1 * theirs.standard_error)


def test_expanded_interval_of_a_mean_is_the_t_interval() -> None:
    values = np.random.default_rng(0).normal(size=12)
    resampled = values[np.random.default_rng(1).integers(0, 12, (200_000, 12))].mean(axis=1)
    found = percentile_interval(resampled, n_actors=12)
    t_interval = stats.ttest_1samp(values, 0).confidence_interval()
    assert np.diff(found)[0] == pytest.approx(t_interval.high - t_interval.low, rel=0.05)


def test_sign_flips_against_scipys_exact_permutation_test() -> None:
    clips, a = experiment(n_actors=10, n_clips=200)
    _, b = experiment(n_actors=10, n_clips=200, seed=1)
    counts_a, counts_b = (correct_counts(actor_index(clips), clips.label, labels) for labels in (a, b))
    shares = actor_shares(counts_a, counts_b) - actor_shares(counts_a, counts_b).mean(axis=0) * [0.6, 0.9, 0.7]
    found = sign_flip_p_values(shares, generator=np.random.default_rng(0), n_flips=40_000)
    for i in range(3):
        exact = stats.permutation_test(
            (shares[:, i], np.zeros(10)), lambda x, y, axis: (x - y).sum(axis=axis), permutation_type="samples"
        )
        assert found[i] == pytest.approx(exact.pvalue, abs=0.01)


def test_uncorrected_t_is_the_ordinary_one() -> None:
    differences = np.random.default_rng(0).normal(0.01, 0.02, 25)
    found, theirs = corrected_resampled_t(differences, test_train_ratio=0), stats.ttest_1samp(differences, 0)
    assert found.p_value == pytest.approx(theirs.pvalue, rel=1e-10)
    assert found.ci95 == pytest.approx(tuple(theirs.confidence_interval()), rel=1e-10)


def test_corrected_t_widens_the_ordinary_one_by_the_square_root_of_the_correction() -> None:
    differences = np.random.default_rng(0).normal(0.01, 0.02, 25)
    found, theirs = corrected_resampled_t(differences, test_train_ratio=0.25), stats.ttest_1samp(differences, 0)
    p_value = 2 * stats.t.sf(abs(theirs.statistic) / np.sqrt(1 + 25 * 0.25), 24)
    assert found.p_value == pytest.approx(p_value, rel=1e-10)


def test_wilcoxon_against_statistics_by_hand() -> None:
    """Ranks of .1 -.2 .3 .4 .5 -.6: negative ones sum to 8, as 8 or less and 13 or more do in p of 64 signings."""
    differences = np.array([0.1, -0.2, 0.3, 0.4, 0.5, -0.6])
    signs = (np.arange(64)[:, None] >> np.arange(6)) & 1
    rank_sums = signs @ np.arange(1, 7)
    share = np.mean((rank_sums <= 8) | (rank_sums >= 13))
    assert wilcoxon_over_actors(differences).p_value == pytest.approx(share)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 9))
def test_mcnemar_against_statsmodels(only_a: int, only_b: int, both: int) -> None:
    a = np.repeat([True, False, True], [only_a, only_b, both])[None]
    b = np.repeat([False, True, True], [only_a, only_b, both])[None]
    found = mcnemar_over_clips(a, b).p_value
    if only_a + only_b == 0:
        assert found is None
    else:
        assert found == pytest.approx(mcnemar([[both, only_a], [only_b, 0]], exact=True).pvalue, rel=1e-10)


@given(P_VALUES)
@settings(max_examples=50)
def test_holm_against_statsmodels(p_values: list[float]) -> None:
    gc.freeze()  # multipletests collects garbage on every call, among all the objects of the suite
    expected = multipletests(p_values, method="holm")[1]
    gc.unfreeze()
    assert holm_adjusted(np.array(p_values)).tolist() == pytest.approx(expected.tolist(), rel=1e-12)
