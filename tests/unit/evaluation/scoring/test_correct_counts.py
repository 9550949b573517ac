"""Counts of correct clips by group, against the official metrics of each group."""

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.scoring.metrics import official_scores


def three_groups() -> tuple[Ints, Ints, Ints]:
    """Groups, labels and predictions of 4 seeds, about a third of them right; the last group has no blend."""
    rng = np.random.default_rng(0)
    group = np.arange(120) % 3
    label = np.where(group == 2, rng.integers(0, 6, 120), rng.integers(0, N_LABELS, 120))
    wrong = rng.integers(0, N_LABELS, (4, 120))
    return group, label, np.where(rng.random((4, 120)) < 0.3, label, wrong)


def test_scores_are_the_official_ones_of_each_seed_and_group() -> None:
    group, label, predicted = three_groups()
    scores = correct_counts(group, label, predicted).scores()
    for seed in range(4):
        for k in range(3):
            official = official_scores(label[group == k], predicted[seed, group == k])
            assert scores[seed, k].tolist() == pytest.approx(list(vars(official).values()), abs=1e-15)
    assert (scores[:, 2, 1] == 0).all()


def test_pooled_counts_give_the_figures_of_all_clips() -> None:
    group, label, predicted = three_groups()
    counts = correct_counts(group, label, predicted)
    official = [official_scores(label, row) for row in predicted]
    assert counts.pooled_scores() == pytest.approx(np.array([list(vars(row).values()) for row in official]), abs=1e-15)
    assert counts.mean_figure("salience") == pytest.approx(np.mean([row.salience for row in official]), abs=1e-15)


def test_refuses_unlabelled_clips() -> None:
    with pytest.raises(DataError, match="true labels"):
        correct_counts(np.zeros(2, dtype=np.int64), np.array([-1, 0]), np.zeros((1, 2), dtype=np.int64))


def test_clips_of_unknown_actors_are_actors_of_their_own() -> None:
    zeros = np.zeros(5, dtype=np.int64)
    names = np.array(["b", "a", "c", "d", "e"])
    clips = Clips(names, np.array(["x", "", "", "x", "a"]), zeros > 0, zeros, zeros)
    index = actor_index(clips)
    assert index[0] == index[3]
    assert sorted(set(index.tolist())) == [0, 1, 2, 3]
    order = np.array([4, 2, 0, 3, 1])
    assert np.array_equal(actor_index(clips.take(order)), index[order])
