import json
from pathlib import Path

import pytest

from blemore_cli.reporting.planted import planted_answer

HEADER = "filename,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience\n"


def test_precision_counts_kept_encoders_that_carry_the_label(tmp_path: Path) -> None:
    (tmp_path / "planted").mkdir()
    run = tmp_path / "runs" / "first"
    run.mkdir(parents=True)
    (tmp_path / "preds.csv").write_text(HEADER + "test_1,0,ang,,,\ntest_2,0,sad,,,\n")
    (tmp_path / "planted/test_labels.csv").write_text(HEADER + "test_1,0,ang,,,\ntest_2,0,neu,,,\n")
    (tmp_path / "planted/informative.csv").write_text("filename,x,y,z\ntest_1,1,1,0\ntest_2,0,0,1\n")
    (run / "gate_test.csv").write_text("filename,fold,seed,x,y,z\ntest_1,0,0,0.5,0,0.5\ntest_2,0,0,0,0.2,0.8\n")
    (run / "done").write_text("")
    (tmp_path / "runs/latest").write_text("first\n")
    answer = planted_answer(tmp_path, tmp_path / "runs")
    assert answer == {"presence": 0.5, "salience": 0.0, "score": 0.25, "precision": 0.5, "chance": pytest.approx(0.5)}


def test_what_explain_estimates_stands_beside_it(tmp_path: Path) -> None:
    test_precision_counts_kept_encoders_that_carry_the_label(tmp_path)
    run = tmp_path / "runs" / "first"
    (run / "explain").mkdir()
    (run / "explain" / "explain.json").write_text(json.dumps({"agreement": {"precision": 0.75, "chance": 0.5}}))
    assert planted_answer(tmp_path, tmp_path / "runs")["estimate"] == 0.75
