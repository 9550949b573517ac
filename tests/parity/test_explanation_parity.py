"""The formulas of an explanation against scipy, and against counting by hand."""

import itertools

import numpy as np
import pytest
from scipy import special, stats

from blemore_cli.evaluation.gate_quality.best_encoders import best_encoders
from blemore_cli.evaluation.gate_quality.entropy import gate_entropy
from blemore_cli.evaluation.gate_quality.gate_precision import permutation_p_value
from blemore_cli.evaluation.gate_quality.rank_correlation import rank_correlations
from blemore_cli.evaluation.scoring.temperature import fit_temperature


def test_rank_correlation_is_scipys() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 4, (200, 6)).astype(float), rng.normal(size=(200, 6))
    available = rng.random((200, 6)) < 0.7
    found = rank_correlations(a, b, available)
    for row in range(200):
        own = available[row]
        if own.sum() < 2 or len(np.unique(a[row, own])) < 2:
            assert np.isnan(found[row])
        else:
            assert found[row] == pytest.approx(stats.spearmanr(a[row, own], b[row, own]).statistic)


def test_entropy_is_scipys() -> None:
    scores = np.random.default_rng(0).normal(size=(20, 5)) * 3
    expected = stats.entropy(special.softmax(scores, axis=1), axis=1) / np.log(5)
    np.testing.assert_allclose(gate_entropy(scores, np.ones((20, 5), dtype=bool)), expected)


def test_the_permutation_test_is_that_of_all_permutations() -> None:
    """Two clips of three and two encoders, two seeds: 6 x 2 ways to deal, all counted."""
    available = np.array([[True, True, True], [True, False, True]])
    picks = np.array([[[1, 0, 0], [0, 0, 1]], [[1, 0, 0], [1, 0, 0]]], dtype=bool)
    useful = np.array([[[1, 0, 0], [0, 0, 1]], [[1, 0, 0], [0, 0, 1]]], dtype=bool)
    observed = (picks & useful).sum()
    n_as_good = n_all = 0
    for first, second in itertools.product(itertools.permutations([0, 1, 2]), itertools.permutations([0, 2])):
        dealt = np.zeros_like(picks)
        dealt[:, 0] = picks[:, 0][:, list(first)]
        dealt[:, 1][:, [0, 2]] = picks[:, 1][:, list(second)]
        n_as_good += (dealt & useful).sum() >= observed
        n_all += 1
    found = permutation_p_value(picks, useful, available, generator=np.random.default_rng(0), n_permutations=6000)
    assert found == pytest.approx(n_as_good / n_all, abs=0.02)


def test_p_values_of_random_picks_are_uniform() -> None:
    rng = np.random.default_rng(0)
    available = rng.random((40, 6)) < 0.8
    available[:, :3] = True
    p_values = []
    for _ in range(200):
        picks, useful = (best_encoders(rng.random((1, 40, 6)), available, 2) for _ in range(2))
        p_values.append(permutation_p_value(picks, useful, available, generator=rng, n_permutations=99))
    assert stats.kstest(p_values, "uniform").pvalue > 0.001
    assert np.mean(np.array(p_values) <= 0.05) <= 0.1


def test_temperature_is_where_the_loss_is_smallest() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(400, 36))
    label = np.array([rng.choice(36, p=special.softmax(row)) for row in logits])
    bold = special.log_softmax(3 * logits, axis=1)
    grid = np.geomspace(0.2, 10, 400)
    losses = [-special.log_softmax(bold / t, axis=1)[np.arange(400), label].mean() for t in grid]
    found = fit_temperature(label, bold)
    assert found == pytest.approx(grid[np.argmin(losses)], rel=0.02)
    assert found == pytest.approx(3, rel=0.2)
