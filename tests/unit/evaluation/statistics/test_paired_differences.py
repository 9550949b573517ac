"""Differences by actor, by fold and seed, and as shares; groups without blends."""

import numpy as np
import pytest

from blemore_cli.evaluation.scoring.correct_counts import CorrectCounts
from blemore_cli.evaluation.scoring.metrics import METRICS
from blemore_cli.evaluation.statistics.paired_differences import actor_differences, actor_shares, fold_seed_differences

N_CLIPS, N_BLENDS = np.array([4, 10, 2]), np.array([2, 5, 0])
A = CorrectCounts(N_CLIPS, N_BLENDS, np.array([[2, 5, 1], [4, 5, 0]]), np.array([[1, 2, 0], [2, 3, 0]]))
B = CorrectCounts(N_CLIPS, N_BLENDS, np.array([[1, 5, 1], [3, 4, 1]]), np.array([[1, 3, 0], [0, 3, 0]]))


def test_actor_differences_by_hand() -> None:
    assert actor_differences(A, B, "presence").tolist() == [0.25, 0.05, -0.25]
    assert actor_differences(A, B, "salience").tolist() == [0.5, -0.1]
    assert actor_differences(A, B, "score").tolist() == pytest.approx([0.375, -0.025], abs=1e-15)


def test_fold_and_seed_differences_are_those_of_the_official_figures() -> None:
    for i, metric in enumerate(METRICS):
        official = (A.scores() - B.scores())[:, :, i]
        kept = official if metric == "presence" else official[:, :2]
        assert fold_seed_differences(A, B, metric).tolist() == pytest.approx(kept.ravel().tolist(), abs=1e-15)


def test_shares_sum_to_the_pooled_difference() -> None:
    pooled = (A.pooled_scores() - B.pooled_scores()).mean(axis=0)
    assert actor_shares(A, B).sum(axis=0).tolist() == pytest.approx(pooled.tolist(), abs=1e-15)


def test_without_any_blend_the_score_is_half_the_presence() -> None:
    no_blends = np.zeros_like(N_BLENDS)
    a, b = (CorrectCounts(N_CLIPS, no_blends, arm.presence, 0 * arm.salience) for arm in (A, B))
    assert actor_differences(a, b, "salience").size == fold_seed_differences(a, b, "salience").size == 0
    assert np.array_equal(2 * actor_differences(a, b, "score"), actor_differences(a, b, "presence"))
    assert (actor_shares(a, b)[:, 1] == 0).all()


def test_opposite_gains_cancel_to_exactly_zero() -> None:
    """Presence 1/3 up and salience 1/3 down would leave 5e-17 if each were rounded first."""
    n, n_blends = np.array([6]), np.array([3])
    a = CorrectCounts(n, n_blends, np.array([[2]]), np.array([[0]]))
    b = CorrectCounts(n, n_blends, np.array([[0]]), np.array([[1]]))
    assert actor_differences(a, b, "score").tolist() == [0.0]
