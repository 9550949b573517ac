"""Weights of several runs: the grid, the choice, and what cross-fitting keeps apart; laws are in property/."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import IS_BLEND, N_LABELS
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.evaluation.late_fusion import (
    MOST_MIXTURES,
    best_weights,
    cross_fitted_labels,
    fit_late_fusion,
    mixture,
    simplex_grid,
)
from blemore_cli.evaluation.scoring.decoding import decode_expected_score
from blemore_cli.evaluation.scoring.metrics import official_scores

N = 400


@pytest.fixture
def clips() -> Clips:
    actor = np.arange(N) % 20
    label = np.random.default_rng(0).integers(0, N_LABELS, N)
    names = np.array([f"c{i:03d}" for i in range(N)])
    return Clips(names, np.array([f"A{a:02d}" for a in actor]), np.zeros(N, dtype=bool), actor % 5, label)


def run_of(clips: Clips, skill: float, seed: int) -> Floats:
    """A run's distributions: noise of its own, and more on the true label the greater its skill."""
    prob = np.random.default_rng(seed).dirichlet(np.full(N_LABELS, 0.3), len(clips))
    prob[np.arange(len(clips)), clips.label] += skill
    return np.asarray(prob / prob.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("n_runs", [1, 2, 3, 4, 5, 8, 30])
def test_the_grid_begins_with_equal_weights_and_ends_with_single_runs(n_runs: int) -> None:
    grid = simplex_grid(n_runs)
    assert len(grid) <= MOST_MIXTURES + 1
    assert (grid >= 0).all()
    np.testing.assert_allclose(grid.sum(axis=1), 1, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(grid[0], np.full(n_runs, 1 / n_runs))
    assert {tuple(row) for row in grid[-n_runs:]} == {tuple(row) for row in np.eye(n_runs)}
    assert len({tuple(row) for row in grid}) == len(grid)


def test_three_runs_are_mixed_by_all_tenths_and_by_thirds() -> None:
    tenths = {parts for parts in product(range(11), repeat=3) if sum(parts) == 10}
    grid = simplex_grid(3)
    assert {tuple(map(int, np.rint(10 * row))) for row in grid[1:]} == tenths
    np.testing.assert_allclose(grid[1:], np.rint(10 * grid[1:]) / 10)


def test_the_best_weights_are_those_of_a_search_one_by_one(clips: Clips) -> None:
    prob = np.stack([run_of(clips, 0.15, 1), run_of(clips, 0.05, 2)])
    share = float(np.mean(IS_BLEND[clips.label]))
    scores = {}
    for tenth in range(11):
        mixed = tenth / 10 * prob[0] + (1 - tenth / 10) * prob[1]
        scores[tenth] = official_scores(clips.label, decode_expected_score(mixed, blend_share=share)).score
    best = [tenth for tenth in scores if scores[tenth] == max(scores.values())]
    closest = min(best, key=lambda tenth: abs(tenth - 5))
    np.testing.assert_allclose(best_weights(clips.label, prob), [closest / 10, 1 - closest / 10])
    assert closest != 5  # else the test would not tell the choice from equal weights


def test_a_run_of_noise_gets_less_than_one_that_knows(clips: Clips) -> None:
    weights = best_weights(clips.label, np.stack([run_of(clips, 0.0, 1), run_of(clips, 0.3, 2)]))
    assert weights[0] < weights[1]


def test_labels_of_a_fold_change_nothing_that_is_said_of_it(clips: Clips) -> None:
    prob = np.stack([run_of(clips, 0.1, 1), run_of(clips, 0.1, 2), run_of(clips, 0.0, 3)])
    own = clips.fold == 2
    label = np.where(own, decode_expected_score(prob[2], blend_share=0.5), clips.label)  # now the third is best there
    before, after = (cross_fitted_labels(each, prob, best_weights) for each in (clips, replace(clips, label=label)))
    np.testing.assert_array_equal(before[own], after[own])
    assert best_weights(label, prob).tolist() != best_weights(clips.label, prob).tolist()


def test_each_fold_is_mixed_with_weights_from_the_others(clips: Clips) -> None:
    prob = np.stack([run_of(clips, 0.1, 1), run_of(clips, 0.1, 2)])
    asked: list[int] = []

    def choose(label: Ints, others: Floats) -> Floats:
        fold = len(asked)
        np.testing.assert_array_equal(label, clips.label[clips.fold != fold])
        np.testing.assert_array_equal(others, prob[:, clips.fold != fold])
        asked.append(fold)
        return np.array([1.0, 0.0] if fold % 2 == 0 else [0.0, 1.0])

    found = cross_fitted_labels(clips, prob, choose)
    for fold in range(5):
        own = clips.fold == fold
        share = float(np.mean(IS_BLEND[clips.label[~own]]))
        np.testing.assert_array_equal(found[own], decode_expected_score(prob[fold % 2, own], blend_share=share))


def test_runs_that_err_differently_gain_over_the_best_alone(clips: Clips) -> None:
    prob = {name: run_of(clips, skill, seed) for name, skill, seed in (("a", 0.15, 1), ("b", 0.2, 2), ("c", 0.18, 3))}
    found = fit_late_fusion(clips, prob, generator=np.random.default_rng(0), n_resamples=500)
    assert found.gain.against == max(found.alone, key=lambda name: found.alone[name])
    assert found.gain.difference == pytest.approx(found.oof.score - max(found.alone.values()))
    assert 0 < found.gain.ci95[0] < found.gain.difference < found.gain.ci95[1]
    assert found.gain_over_equal.ci95[0] <= found.gain_over_equal.difference <= found.gain_over_equal.ci95[1]
    stacked = np.stack([prob[name] for name in "abc"])
    weights = np.array([found.weights[name] for name in "abc"])
    np.testing.assert_array_equal(weights, best_weights(clips.label, stacked))
    np.testing.assert_allclose(found.mixed(prob), mixture(weights, stacked))
    assert found.decoder.method == "expected_score"
    assert found.decoder.blend_share == pytest.approx(np.mean(IS_BLEND[clips.label]))


def test_noise_gains_nothing_that_the_interval_would_call_clear(clips: Clips) -> None:
    prob = {f"r{seed}": run_of(clips, 0.0, seed) for seed in range(4)}
    found = fit_late_fusion(clips, prob, generator=np.random.default_rng(0), n_resamples=500)
    assert found.gain.ci95[0] < 0
    share = float(np.mean(IS_BLEND[clips.label]))
    chosen_on_itself = official_scores(clips.label, decode_expected_score(found.mixed(prob), blend_share=share)).score
    assert found.oof.score < chosen_on_itself


def test_one_fold_is_refused(clips: Clips) -> None:
    single = replace(clips, fold=np.zeros(N, dtype=np.int64))
    with pytest.raises(DataError, match="needs two folds or more, got 1"):
        fit_late_fusion(single, {"a": run_of(clips, 0.1, 1)}, generator=np.random.default_rng(0))
