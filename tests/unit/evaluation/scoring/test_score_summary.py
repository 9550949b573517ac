"""One arm over its seeds, against the official metrics of each seed."""

import numpy as np
import pytest

from blemore_cli.core.labels import LABEL_CODES, LABELS, SET_OF_LABEL
from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.scoring.score_summary import per_actor_table, per_label_table, seed_summary

N = 120


@pytest.fixture
def clips() -> Clips:
    actor = np.array(["B", "A", "", "C"])[np.arange(N) % 4]
    label = np.where(actor == "C", 2, np.random.default_rng(0).integers(0, 20, N))
    return Clips(np.array([f"c{i}" for i in range(N)]), actor, np.zeros(N, dtype=bool), np.arange(N) % 2 + 1, label)


@pytest.fixture
def predicted(clips: Clips) -> Ints:
    rng = np.random.default_rng(1)
    return np.where(rng.random((3, N)) < 0.5, clips.label, rng.integers(0, 36, (3, N)))


def test_summary_over_seeds(clips: Clips, predicted: Ints) -> None:
    summary = seed_summary(clips, predicted)
    official = [official_scores(clips.label, row) for row in predicted]
    assert [scores.score for scores in summary.per_seed] == pytest.approx([scores.score for scores in official])
    assert summary.mean.presence == pytest.approx(np.mean([scores.presence for scores in official]))
    assert summary.std is not None
    assert summary.std.salience == pytest.approx(np.std([scores.salience for scores in official], ddof=1))


def test_folds_are_means_over_seeds(clips: Clips, predicted: Ints) -> None:
    for fold in seed_summary(clips, predicted).folds:
        rows = clips.fold == fold.fold
        official = [official_scores(clips.label[rows], row[rows]) for row in predicted]
        assert fold.n == 60
        assert fold.score == pytest.approx(np.mean([scores.score for scores in official]))
    assert [fold.fold for fold in seed_summary(clips, predicted).folds] == [1, 2]


def test_one_seed_has_no_spread(clips: Clips, predicted: Ints) -> None:
    summary = seed_summary(clips, predicted[:1])
    assert summary.std is None
    assert len(summary.per_seed) == 1
    assert summary.mean == summary.per_seed[0]


def test_actors_by_name_the_unknown_together(clips: Clips, predicted: Ints) -> None:
    table = per_actor_table(clips, predicted)
    assert [(row.actor, row.n) for row in table] == [("", 30), ("A", 30), ("B", 30), ("C", 30)]
    for row in table:
        rows = clips.actor == row.actor
        official = [official_scores(clips.label[rows], labels[rows]) for labels in predicted]
        assert row.presence == pytest.approx(np.mean([scores.presence for scores in official]))
        assert row.salience == pytest.approx(np.mean([scores.salience for scores in official]))
    assert (table[3].n_blends, table[3].salience) == (0, 0.0)


def test_labels_are_means_over_seeds(clips: Clips, predicted: Ints) -> None:
    table = per_label_table(clips.label, predicted)
    assert [row.label for row in table] == [LABELS[i].code for i in np.unique(clips.label)]
    for row in table:
        of_label = predicted[:, clips.label == LABEL_CODES.index(row.label)]
        assert row.n == of_label.shape[1]
        assert row.exact == np.mean(of_label == LABEL_CODES.index(row.label))
        assert row.presence == np.mean(SET_OF_LABEL[of_label] == SET_OF_LABEL[LABEL_CODES.index(row.label)])
