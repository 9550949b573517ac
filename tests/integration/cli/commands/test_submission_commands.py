"""`blemore submit` and `blemore evaluate`: every format, the same labels and figures."""

import contextlib
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from tests.integration.conftest import FAST, TINY, Answer, Attempt, Blemore, parsed
from typer.testing import CliRunner

from blemore_cli.cli.app import app

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


@pytest.fixture(scope="module")
def two_runs(tiny: Path) -> Path:
    """The tiny project with a run of `train`, and one of `cv` of two seeds and other encoders."""
    others = ["--encoders", "hubert,openface", *FAST]
    with contextlib.chdir(tiny):
        for words in (["train", "--name", "a", *TINY], ["cv", "--seeds", "2", "--name", "b", *others]):
            done = CliRunner().invoke(app, [*words, "--quiet"])
            assert done.exit_code == 0, done.stderr
    return tiny


@pytest.mark.usefixtures("two_runs")
def test_several_runs_are_mixed_and_the_gain_is_told(answer: Answer, attempt: Attempt, tmp_path: Path) -> None:
    content = answer("submit", "--run", "a", "--run", "b", "--out", tmp_path / "fused.csv")
    read = {"standardize", "match_prior", "transductive"}
    assert set(content) == {"out", "run", "n", "singles", "blends", *read, "fusion"}
    fusion = content["fusion"]
    assert list(fusion["weights"]) == ["a", "b"]
    assert sum(fusion["weights"].values()) == pytest.approx(1)
    assert set(fusion["oof"]) == {"presence", "salience", "score"}
    assert set(fusion["gain"]) == {"against", "difference", "ci95"}
    best = max(fusion["alone"], key=fusion["alone"].get)
    assert fusion["gain"]["against"] == best
    assert fusion["gain"]["difference"] == pytest.approx(fusion["oof"]["score"] - fusion["alone"][best])
    again = answer("submit", "--run", "b", "--run", "a", "--out", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "fused.csv").read_bytes()
    assert again["fusion"] == fusion
    code, stdout, _ = attempt("submit", "--run", "a", "--run", "b", "--out", tmp_path / "shown.csv")
    assert code == 0
    assert "late fusion" in stdout
    assert f"{best}, the best run alone" in stdout


@pytest.mark.usefixtures("two_runs")
def test_a_run_twice_is_that_run(answer: Answer, tmp_path: Path) -> None:
    assert "fusion" not in answer("submit", "--run", "b", "--out", tmp_path / "once.csv")
    twice = answer("submit", "--run", "b", "--run", "b", "--out", tmp_path / "twice.csv")
    assert "fusion" not in twice
    assert (tmp_path / "twice.csv").read_bytes() == (tmp_path / "once.csv").read_bytes()


def test_arms_and_runs_of_other_folds_are_not_submitted(two_runs: Path, attempt: Attempt, tmp_path: Path) -> None:
    words = ["submit", "--out", tmp_path / "none.csv", "--run", "a"]
    code, _, stderr = attempt(*words, "--run", "ablate-001/arms/random")
    assert code == 2
    assert "do not predict the test clips" in stderr
    assert attempt("train", "--fold", "1", "--name", "one", *TINY, "--quiet")[0] == 0
    code, _, stderr = attempt(*words, "--run", "one")
    assert code == 4
    assert "same clips" in stderr
    assert not (tmp_path / "none.csv").exists()
    assert len(pd.read_csv(two_runs / "runs/one/oof.csv")["fold"].unique()) == 1
