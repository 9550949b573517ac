import numpy as np
import pytest

from blemore_cli.evaluation.statistics.permutation_importance import (
    donors_within,
    figure_gains,
    mean_figures,
    sums_by_actor,
)


def test_donors_are_clips_of_the_same_group_that_have_the_encoder() -> None:
    rng = np.random.default_rng(0)
    group, available = rng.integers(0, 4, 60), rng.random((60, 3)) < 0.7
    available[:, 2] = available[:, 1]
    donors = donors_within(group, available, generator=rng)
    assert (group[donors] == group[:, None]).all()
    assert (np.sort(donors, axis=0) == np.arange(60)[:, None]).all()
    for encoder in range(3):
        lacking = np.flatnonzero(~available[:, encoder])
        np.testing.assert_array_equal(donors[lacking, encoder], lacking)
    np.testing.assert_array_equal(donors[:, 1], donors[:, 2])
    assert (donors != np.arange(60)[:, None]).any(axis=0).all()


def test_gains_are_differences_of_score_and_log_likelihood() -> None:
    label, actor = np.array([0, 6, 6, 7] * 5), np.repeat(np.arange(10), 2)
    size = np.stack([np.bincount(actor), np.bincount(actor, label >= 6)], axis=1).astype(float)
    right = sums_by_actor(actor, label, label, np.full(20, 0.5))
    wrong = sums_by_actor(actor, label, np.zeros(20, dtype=np.int64), np.full(20, 2.0))
    assert mean_figures(right, size) == (1.0, -0.5)
    assert mean_figures(wrong, size) == pytest.approx(((0.25 + 0) / 2, -2.0))
    after = np.stack([right, wrong])
    score, likelihood = figure_gains(wrong, after, size, generator=np.random.default_rng(0))
    assert [each.gain for each in score] == pytest.approx([0.875, 0.0])
    assert [each.gain for each in likelihood] == pytest.approx([1.5, 0.0])
    assert score[0].ci95 is not None
    assert score[0].ci95[0] > 0
    assert (score[0].p_value or 1) < 0.05
    assert (score[1].p_value, score[1].p_adjusted, likelihood[1].p_value) == (None, None, None)


def test_holm_counts_the_groups() -> None:
    rng = np.random.default_rng(1)
    before = rng.random((4, 12, 3))
    size = np.full((12, 2), 4.0)
    score, _ = figure_gains(before, before + rng.normal(size=(4, 12, 3)), size, generator=rng)
    smallest = min(score, key=lambda each: each.p_value or 1)
    assert smallest.p_adjusted == pytest.approx(min(1, 4 * (smallest.p_value or 1)))


def test_one_actor_has_no_interval() -> None:
    sums = np.array([[[1.0, 0.0, 2.0]]])
    score, _ = figure_gains(np.zeros((1, 3)), sums, np.array([[2.0, 0.0]]), generator=np.random.default_rng(0))
    assert (score[0].gain, score[0].ci95, score[0].p_value) == (0.25, None, None)
