"""Rows of a cross-validation's tables; the terminal's tests read their cells."""

import math

from blemore_cli.core.labels import LABEL_CODES, N_LABELS
from blemore_cli.evaluation.scoring.score_summary import ActorScores, LabelScores
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.tables.column import texts
from blemore_cli.reporting.tables.crossval import SCORES, TOTAL, actor_rows, score_rows, set_rows, split_rows


def actor(name: str, score: float) -> ActorScores:
    return ActorScores(actor=name, n=1, n_blends=0, presence=score, salience=score, score=score)


def test_folds_have_no_interval_and_all_clips_have_one(loaded_model: LoadedModel) -> None:
    rows = score_rows(loaded_model.metrics)
    assert [name for name, _ in rows] == ["fold 0", "fold 1", "fold 2", "all"]
    cells = texts(SCORES, rows)
    assert [row[-1] == "" for row in cells] == [True, True, True, False]
    assert [len(row) for row in cells] == [6] * 4


def test_an_interval_that_does_not_exist_is_said(loaded_model: LoadedModel) -> None:
    oof = loaded_model.metrics.oof.model_copy(update={"std": None, "ci95": (math.nan, math.nan)})
    [*_, cells] = texts(SCORES, score_rows(loaded_model.metrics.model_copy(update={"oof": oof})))
    assert cells[-2:] == ["", "n/a"]


def test_the_split_ends_with_its_total(loaded_model: LoadedModel) -> None:
    rows = split_rows(loaded_model.metrics.split)
    assert rows[-1].fold == TOTAL
    assert rows[-1].n_clips == sum(row.n_clips for row in rows[:-1]) == loaded_model.metrics.n_clips


def test_a_set_pools_its_labels() -> None:
    labels = [LabelScores(label=LABEL_CODES[i], n=1 + (i == 6), presence=float(i == 6), exact=0.5) for i in (0, 6, 7)]
    single, pair = set_rows(labels)
    assert (single.name, single.exact) == ("ang", ("", "", ""))
    assert (pair.n, pair.presence, pair.exact) == (3, 2 / 3, ("0.500", "0.500", "-"))
    assert len(set_rows([LabelScores(label=code, n=1, presence=0, exact=0) for code in LABEL_CODES])) < N_LABELS


def test_of_many_actors_both_ends_are_shown() -> None:
    few = [actor(name, i / 10) for i, name in enumerate("fedcba")]
    assert actor_rows(few[::-1]) == few
    shown = actor_rows([*few, actor("g", 0.25)])
    assert [row and row.actor for row in shown] == ["f", "e", "d", None, "c", "b", "a"]
