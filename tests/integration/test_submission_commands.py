"""`blemore submit` and `blemore evaluate`: every format, the same labels and figures."""

import json
import zipfile
from pathlib import Path

import pytest
from tests.integration.conftest import Blemore, parsed

pytestmark = pytest.mark.slow


def test_metrics_equal_evaluate_on_the_out_of_fold_file(trained: Path, blemore: Blemore) -> None:
    metrics = json.loads((trained / "runs/first/metrics.json").read_text())
    scored = parsed(blemore("evaluate", "runs/first/oof.csv", "--json", cwd=trained))
    figures = ("presence", "salience", "score")
    assert {key: scored[key] for key in figures} == {key: metrics["oof"][key] for key in figures}
    assert scored["n"] == metrics["n_clips"]


def test_submit_writes_the_same_labels_in_every_format(trained: Path, blemore: Blemore, tmp_path: Path) -> None:
    files = [tmp_path / f"preds.{suffix}" for suffix in ("csv", "json", "zip")]
    for file in files:
        content = parsed(blemore("submit", "--out", file, "--json", cwd=trained))
        assert content["singles"] + content["blends"] == content["n"]
    with zipfile.ZipFile(files[2]) as archive:
        assert archive.read(archive.namelist()[0]) == files[1].read_bytes()
    truth = trained / "planted" / "test_labels.csv"
    scores = [parsed(blemore("evaluate", file, "--truth", truth, "--json", cwd=trained)) for file in files]
    assert scores[0] == scores[1] == scores[2]
