"""The actor bootstrap: pairing, repeatability, intervals and its limits."""

import numpy as np
import pytest

from blemore_cli.evaluation.scoring.correct_counts import CorrectCounts
from blemore_cli.evaluation.statistics import actor_bootstrap
from blemore_cli.evaluation.statistics.actor_bootstrap import percentile_interval, resampled_scores, score_intervals


def counts(n_actors: int, *, seed: int = 0, n_seeds: int = 3) -> CorrectCounts:
    rng = np.random.default_rng(seed)
    n_clips, n_blends = np.full(n_actors, 20), np.full(n_actors, 12)
    return CorrectCounts(
        n_clips, n_blends, rng.integers(2, 12, (n_seeds, n_actors)), rng.integers(0, 8, (n_seeds, n_actors))
    )


def test_arms_share_their_resamples() -> None:
    better = counts(10)
    worse = CorrectCounts(better.n_clips, better.n_blends, better.presence - 2, better.salience)
    a, b = resampled_scores([better, worse], generator=np.random.default_rng(0), n_resamples=200)
    assert (a - b)[:, 0] == pytest.approx(0.1)
    assert np.array_equal(a[:, 1], b[:, 1])
    assert a[:, 0].std() > 0.01


def test_a_seed_gives_the_same_numbers_whatever_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = resampled_scores([counts(10)], generator=np.random.default_rng(3), n_resamples=100)
    monkeypatch.setattr(actor_bootstrap, "MAX_WEIGHTS", 130)
    parts = resampled_scores([counts(10)], generator=np.random.default_rng(3), n_resamples=100)
    assert np.array_equal(whole, parts)


def test_intervals_hold_the_figures_and_stay_in_their_range() -> None:
    arm = counts(47)
    intervals = score_intervals(arm, generator=np.random.default_rng(0), n_resamples=1000)
    figures = arm.pooled_scores().mean(axis=0)
    assert list(intervals) == ["presence", "salience", "score"]
    for (low, high), figure in zip(intervals.values(), figures, strict=True):
        assert 0 <= low < figure < high <= 1


def test_one_actor_says_nothing_about_others() -> None:
    intervals = score_intervals(counts(1), generator=np.random.default_rng(0), n_resamples=50)
    assert set(intervals.values()) == {(0.0, 1.0)}


def test_an_interval_is_wider_with_fewer_actors() -> None:
    resampled = np.random.default_rng(0).normal(size=4000)
    widths = [np.diff(percentile_interval(resampled, n_actors=n))[0] for n in (2, 5, 47, 100_000)]
    assert widths == sorted(widths, reverse=True)
    assert percentile_interval(resampled, n_actors=2) == (resampled.min(), resampled.max())
    assert widths[-1] == pytest.approx(np.diff(np.quantile(resampled, [0.025, 0.975]))[0], rel=1e-3)


def test_resamples_without_blends_have_a_salience_of_0() -> None:
    arm = CorrectCounts(np.array([2, 2]), np.array([0, 1]), np.array([[1, 2]]), np.array([[0, 1]]))
    (scores,) = resampled_scores([arm], generator=np.random.default_rng(0), n_resamples=100)
    assert set(scores[:, 1].tolist()) == {0.0, 1.0}
