"""What the terminal shows of a cross-validation, at 80 columns."""

import io
from typing import Any

import pytest
from rich.console import Console, RenderableType

from blemore_cli.cli.views.crossval_views import (
    actors_view,
    crossval_views,
    labels_view,
    reduction_view,
    scores_view,
    split_view,
)
from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.experiments.runs.metrics import RunMetrics


def shown(*views: RenderableType) -> list[str]:
    file = io.StringIO()
    console = Console(width=80, highlight=False, file=file)
    for view in views:
        console.print(view)
    return [line.rstrip() for line in file.getvalue().splitlines()]


read = RunMetrics.model_validate


@pytest.fixture
def metrics() -> dict[str, Any]:
    counts = {"n_actors": 9, "n_clips": 480, "n_singles": 220, "n_blends": 260, "actors": []}
    scores = {"presence": 0.3, "salience": 0.1, "score": 0.2}
    return {
        "run": "cv-1",
        "protocol": "nested",
        "seeds": [0, 1, 2],
        "n_clips": 2400,
        "n_actors": 45,
        "encoders": ["face"],
        "index_sha256": "0",
        "oof": {**scores, "std": 0.004, "ci95": [0.19, 0.21]},
        "folds": [{"fold": k, "n": 96, **scores} for k in range(5)],
        "split": [{"fold": k, **counts} for k in range(5)],
        "labels": [{"label": code, "n": 10, "presence": 0.5, "exact": 0.25} for code in LABEL_CODES],
        "actors": [{"actor": f"A{i:02d}", "n": 50, "n_blends": 20, **scores, "score": i / 100} for i in range(47)],
    }


def test_scores_of_the_folds_and_of_all(metrics: dict[str, Any]) -> None:
    lines = shown(scores_view(read(metrics)))
    assert lines[0] == "cv-1: out-of-fold accuracy, mean of 3 seeds, interval over actors"
    assert lines[1] == "nested protocol (epochs and thresholds from inner folds)"
    assert lines[3].split() == ["fold", "0", "0.300", "0.100", "0.200"]
    assert lines[-1].split() == ["all", "0.300", "0.100", "0.200", "0.004", "0.190-0.210"]
    assert lines[3].index("0.200") == lines[-1].index("0.200")


def test_one_seed_has_no_spread(metrics: dict[str, Any]) -> None:
    metrics |= {"seeds": [4], "oof": {**metrics["oof"], "std": None, "ci95": [None, None]}, "protocol": "official"}
    lines = shown(scores_view(read(metrics)))
    assert "1 seed," in lines[0]
    assert "optimistic" in lines[1]
    assert lines[-1].split() == ["all", "0.300", "0.100", "0.200", "n/a"]


def test_encoders_that_were_left_out_are_named_above_the_scores(metrics: dict[str, Any]) -> None:
    voice = {"voice": {"auc": 0.97, "trust": 0.0}}
    lines = shown(
        scores_view(read({**metrics, "shift": {"rule": "drop", "test": voice, "folds": {"0": {}, "1": voice}}}))
    )
    assert lines[2:4] == ["for the test clips: left out voice (AUC 0.97)", "for fold 1: left out voice (AUC 0.97)"]
    nothing = {"rule": "drop", "test": {}, "folds": {"0": {}}}
    assert shown(scores_view(read({**metrics, "shift": nothing}))) == shown(scores_view(read(metrics)))


def test_what_is_read_of_wide_encoders_is_said_above_the_scores_and_in_a_table(metrics: dict[str, Any]) -> None:
    models = {"width": 9856, "models": {"64": 3, "9856": 2}}
    reduced = read({**metrics, "reduction": {"rule": "auto", "encoders": {"videomae": models}}})
    line = shown(scores_view(reduced))[2]
    assert line == "model.reduce auto; videomae: 64 components in 3 of 5 models, all columns in 2"
    assert shown(reduction_view(reduced))[-1].split(None, 2) == [
        "videomae",
        "9,856",
        "64 components in 3 of 5 models, all columns in 2",
    ]
    assert shown(reduction_view(read(metrics))) == ["", "cv-1: no encoder is reduced"]


def test_the_split_adds_up(metrics: dict[str, Any]) -> None:
    lines = shown(split_view(read(metrics)))
    assert lines[-2].split() == ["4", "9", "480", "220", "260"]
    assert lines[-1].split() == ["all", "45", "2400", "1100", "1300"]


def test_ratios_of_a_pair_share_a_row(metrics: dict[str, Any]) -> None:
    metrics["labels"][6] |= {"n": 30, "presence": 1.0, "exact": 0.75}  # ang_disg_50_50
    lines = shown(labels_view(read(metrics)))
    assert len(lines) == 1 + 1 + 1 + 16  # a blank, the title, the header, and a row for each set
    row = next(line for line in lines if line.startswith("ang+disg")).split()
    assert row == ["ang+disg", "50", "0.800", "0.750", "0.250", "0.250"]
    assert next(line for line in lines if line.startswith("neu")).split() == ["neu", "10", "0.500"]


def test_labels_that_do_not_occur_are_left_out(metrics: dict[str, Any]) -> None:
    metrics["labels"] = [label for label in metrics["labels"] if label["label"] in {"ang", "ang_disg_70_30"}]
    assert [line.split() for line in shown(labels_view(read(metrics)))[3:]] == [
        ["ang", "10", "0.500"],
        ["ang+disg", "10", "0.500", "-", "0.250", "-"],
    ]


def test_actors_at_both_ends(metrics: dict[str, Any]) -> None:
    lines = shown(actors_view(read(metrics)))
    assert "Score 0.000 to 0.460, median 0.230, 47 actors" in lines[1]
    assert [line.split()[0] for line in lines[3:]] == ["A00", "A01", "A02", "...", "A44", "A45", "A46"]


@pytest.mark.parametrize(("scores", "expected"), [([0.2, 0.1], ["B", "A"]), ([], [])])
def test_few_actors(metrics: dict[str, Any], scores: list[float], expected: list[str]) -> None:
    rows = [
        {"actor": actor, "n": 3, "n_blends": 0, "presence": 0.1, "salience": 0, "score": score}
        for actor, score in zip("ABC", scores, strict=False)
    ]
    lines = shown(actors_view(read({**metrics, "actors": rows})))
    assert [line.split()[0] for line in lines[3:]] == expected


def test_everything_fits_into_80_columns(metrics: dict[str, Any]) -> None:
    views = crossval_views(read(metrics))
    assert len(views) == 4
    assert max(map(len, shown(*views))) <= 80
    del metrics["actors"], metrics["labels"]
    assert len(crossval_views(read(metrics))) == 2


def test_a_transductive_run_is_not_taken_for_the_headline(metrics: dict[str, Any]) -> None:
    assert "transductive" not in "".join(shown(scores_view(read(metrics))))
    lines = shown(scores_view(read({**metrics, "standardize": "person", "transductive": True})))
    assert lines[2] == "transductive: features standardised within each person"
    lines = shown(scores_view(read({**metrics, "standardize": "split", "match_prior": "split"})))
    assert lines[2:4] == [
        "features standardised within each split: adapted to its unlabelled clips",
        "transductive: label shares matched to the design within each split",
    ]


def test_seeds_that_are_averaged_have_a_row(metrics: dict[str, Any]) -> None:
    mean = {"presence": 0.33, "salience": 0.13, "score": 0.23, "ci95": [0.21, 0.25]}
    lines = shown(scores_view(read({**metrics, "averaged": mean})))
    assert lines[-1].split("  ")[0] == "averaged, as submitted"
    assert lines[-1].split()[3:] == ["0.330", "0.130", "0.230", "0.210-0.250"]
    assert lines[-1].index("0.230") == lines[-2].index("0.200")
    assert max(map(len, lines)) <= 80
