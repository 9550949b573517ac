from pathlib import Path

import pytest

from blemore_cli.core.errors import DataError, SubmissionError, UsageError
from blemore_cli.reporting.submission.scoring import score_file

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


def test_missing_clips_are_refused(truth: Path, tmp_path: Path) -> None:
    preds = tmp_path / "preds.csv"
    preds.write_text(HEADER + "a,0,ang,,,\n")
    with pytest.raises(SubmissionError, match="b"):
        score_file(preds, truth)
