"""The actor bootstrap: pairing, repeatability, intervals and its limits."""

import numpy as np
import pytest

from blemore_cli.core.types import Clips
from blemore_cli.evaluation.scoring.correct_counts import CorrectCounts
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.statistics import actor_bootstrap
from blemore_cli.evaluation.statistics.actor_bootstrap import (
    clustered_mean,
    percentile_interval,
    resampled_scores,
    score_difference,
    score_intervals,
)


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
    np.testing.assert_allclose(whole, parts, rtol=1e-12)  # some processors round products by their number of rows


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


def test_the_mean_is_over_values_that_exist_and_the_interval_over_actors() -> None:
    rng = np.random.default_rng(0)
    actor = np.repeat(np.arange(12), 25)
    values = rng.normal(size=(2, 300)) + rng.normal(size=12)[actor]
    values[:, ::9] = np.nan
    found = clustered_mean(values, actor, generator=np.random.default_rng(1))
    assert found.mean == pytest.approx(np.nanmean(values))
    means = []  # the same resampling, an actor at a time
    draws = np.random.default_rng(2)
    for _ in range(2000):
        chosen = [values[:, actor == a].ravel() for a in draws.integers(0, 12, 12)]
        means.append(np.nanmean(np.concatenate(chosen)))
    assert found.ci95 is not None
    width = found.ci95[1] - found.ci95[0]
    assert width == pytest.approx(4.6 * np.std(means), rel=0.15)  # 2 t(11) sqrt(12 / 11)
    assert found.ci95[0] < np.nanmean(values) < found.ci95[1]


def test_what_does_not_exist_is_none() -> None:
    generator = np.random.default_rng(0)
    assert clustered_mean(np.full((1, 2), np.nan), np.array([0, 1]), generator=generator).mean is None
    single = clustered_mean(np.ones((1, 2)), np.array([0, 0]), generator=generator)
    assert (single.mean, single.ci95) == (1.0, None)


def test_scores_and_their_difference_are_the_official_ones() -> None:
    rng = np.random.default_rng(0)
    label, a, b = rng.integers(0, 36, 200), rng.integers(0, 36, (2, 200)), rng.integers(0, 36, (2, 200))
    a[:, ::3] = label[::3]
    names = np.array([f"c{i}" for i in range(200)])
    actor = np.array([f"A{i % 10}" for i in range(200)])
    clips = Clips(names, actor, np.zeros(200, dtype=bool), np.zeros(200, dtype=np.int64), label)
    found = score_difference(clips, a, b, generator=np.random.default_rng(1))
    first, second = (float(np.mean([official_scores(label, own).score for own in each])) for each in (a, b))
    assert found.a == pytest.approx(first)
    assert found.b == pytest.approx(second)
    assert found.difference == pytest.approx(first - second)
    assert found.ci95 is not None
    assert 0 < found.ci95[0] < found.difference < found.ci95[1]
    alone = score_difference(clips.take(actor == "A0"), a[:, actor == "A0"], b[:, actor == "A0"], generator=rng)
    assert alone.ci95 is None
