import json
from pathlib import Path
from typing import Any

import pytest

from blemore_cli.core.errors import DataError, SubmissionError, UsageError
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.reporting.submission.scoring import planted_answer, score_file

HEADER = "filename,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience\n"
TRUTH = HEADER + "a,0,ang,,,\nb,1,ang,hap,70,30\nc,1,ang,hap,50,50\nd,0,neu,,,\n"


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    path = tmp_path / "truth.csv"
    path.write_text(TRUTH)
    return path


def test_a_worked_example(truth: Path, tmp_path: Path) -> None:
    preds = tmp_path / "preds.csv"
    preds.write_text(HEADER + "d.mov,0,sad,,,\nc.mov,1,hap,ang,50,50\nb.mov,1,ang,hap,30,70\na.mov,0,ang,,,\n")
    result = score_file(preds, truth)
    assert (result.scores.presence, result.scores.salience, result.scores.score) == (0.75, 0.5, 0.625)
    assert result.as_json()["n"] == 4
    assert [(row["label"], row["n"], row["exact"]) for row in result.as_json()["labels"]] == [
        ("ang", 1, 1.0),
        ("neu", 1, 0.0),
        ("ang_hap_50_50", 1, 1.0),
        ("ang_hap_70_30", 1, 0.0),
    ]


def test_truth_against_itself_is_perfect(truth: Path) -> None:
    assert score_file(truth, truth).scores.score == 1.0


def test_truth_is_needed_and_checked(truth: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        score_file(truth, None)
    twice = tmp_path / "twice.csv"
    twice.write_text(TRUTH + "a.mov,0,sad,,,\n")
    with pytest.raises(DataError, match=r"one row.*line 6"):
        score_file(truth, twice)


def test_truth_may_come_from_a_spreadsheet_and_agrees_with_the_names(truth: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    rows = "a;False;Anger;;1,0;\nb;True;ANG;happy;0,7;0,3\nc;True;ang;hap;0,5;0,5\nd;False;Neutral;nan;;\n"
    other.write_text(HEADER.replace(",", ";") + rows)
    result = score_file(truth, other)
    assert (result.scores.score, len(result.notes)) == (1.0, 1)
    for path in (truth, other):
        path.write_text(HEADER + "A1_hap_int1_ver1,0,ang,,,\n")
    with pytest.raises(DataError, match="ang where the name has hap in line 2"):
        score_file(truth, other)
    assert score_file(truth, other, allow_name_conflicts=True).scores.presence == 1.0


def test_missing_clips_are_refused(truth: Path, tmp_path: Path) -> None:
    preds = tmp_path / "preds.csv"
    preds.write_text(HEADER + "a,0,ang,,,\n")
    with pytest.raises(SubmissionError, match="b"):
        score_file(preds, truth)


@pytest.fixture
def planted_folder(tmp_path: Path) -> Path:
    (tmp_path / "planted").mkdir()
    (tmp_path / "explain").mkdir()
    (tmp_path / "preds.csv").write_text(HEADER + "test_1,0,ang,,,\ntest_2,0,sad,,,\n")
    (tmp_path / "planted/test_labels.csv").write_text(HEADER + "test_1,0,ang,,,\ntest_2,0,neu,,,\n")
    return tmp_path


def test_the_submission_is_scored(planted_folder: Path) -> None:
    assert planted_answer(planted_folder, RunFolder(planted_folder)) == {
        "presence": 0.5,
        "salience": 0.0,
        "score": 0.25,
    }


def test_what_explain_found_stands_beside_it(planted_folder: Path, explanation_content: dict[str, Any]) -> None:
    planted = {"precision": 0.8, "chance": 0.25, "test_precision": 0.7, "useful_precision": 0.9}
    content = {**explanation_content, "planted": planted}
    (planted_folder / "explain" / "explain.json").write_text(json.dumps(content))
    answer = planted_answer(planted_folder, RunFolder(planted_folder))
    assert list(answer)[3:] == ["precision", "estimate", "chance", "test_precision"]
    assert list(answer.values())[3:] == [0.8, 0.38, 0.25, 0.7]
