import json
from pathlib import Path
from typing import Any

import pytest

from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.reporting.submission.planted import planted_answer

HEADER = "filename,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "planted").mkdir()
    (tmp_path / "explain").mkdir()
    (tmp_path / "preds.csv").write_text(HEADER + "test_1,0,ang,,,\ntest_2,0,sad,,,\n")
    (tmp_path / "planted/test_labels.csv").write_text(HEADER + "test_1,0,ang,,,\ntest_2,0,neu,,,\n")
    return tmp_path


def test_the_submission_is_scored(folder: Path) -> None:
    assert planted_answer(folder, RunFolder(folder)) == {"presence": 0.5, "salience": 0.0, "score": 0.25}


def test_what_explain_found_stands_beside_it(folder: Path, explanation_content: dict[str, Any]) -> None:
    planted = {"precision": 0.8, "chance": 0.25, "test_precision": 0.7, "useful_precision": 0.9}
    content = {**explanation_content, "planted": planted}
    (folder / "explain" / "explain.json").write_text(json.dumps(content))
    answer = planted_answer(folder, RunFolder(folder))
    assert list(answer)[3:] == ["precision", "estimate", "chance", "test_precision"]
    assert list(answer.values())[3:] == [0.8, 0.38, 0.25, 0.7]
