"""`blemore stress`: a run, its arms, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import ENCODERS, Attempt, Blemore, parsed

from blemore_cli.data.index.feature_table import standardised
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.inference.fold_models import load_models, model_folders, predict_held_out
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.tables import read_oof
from blemore_cli.experiments.stress.corrupted_table import Condition, raw_table, with_failures

pytestmark = pytest.mark.slow
CONTRACT = {"kind", "share", "arm", "score", "ci95", "precision", "recall", "auc"}


def test_without_failures_the_predictions_are_those_of_the_run(trained_once: Path) -> None:
    run, index = RunFolder(trained_once / "runs/first"), read_index(trained_once / "index.h5")
    raw, failed = with_failures(raw_table(index, (), "split"), Condition("noise", 0.0))
    assert not failed.any()
    table = standardised(raw, "split")
    again, _, _ = predict_held_out(load_models(model_folders(run), table), table)
    oof = read_oof(run.path / "oof.csv")
    np.testing.assert_array_equal(again.filename, oof.filename)
    np.testing.assert_array_equal(again.prob, oof.prob)
    np.testing.assert_array_equal(again.label, oof.label)
    assert len(oof) == (index.clips.label >= 0).sum()


def test_a_run_is_put_to_the_test(trained: Path, blemore: Blemore) -> None:
    words = ("stress", "--run", "first", "--kind", "noise,swap", "--share", "0,50%", "--json")
    content = parsed(blemore(*words, cwd=trained))
    assert content["run"] == "first"
    assert [(row["kind"], row["share"]) for row in content["results"]] == [
        *(("noise", share) for share in (0.0, 0.5)),
        *(("swap", share) for share in (0.0, 0.5)),
    ]
    assert all(row.keys() >= CONTRACT for row in content["results"])
    metrics = json.loads((trained / "runs/first/metrics.json").read_text())
    assert content["results"][0]["score"] == metrics["oof"]["score"]
    assert content["results"][0]["ci95"] == metrics["oof"]["ci95"]
    folder = trained / "runs/first/stress"
    assert json.loads((folder / "stress.json").read_text()) == content
    assert pd.read_csv(folder / "stress.csv")["score"].tolist() == [row["score"] for row in content["results"]]
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {"stress.svg", "stress.tex", "SHA256SUMS"} <= set(files)
    assert parsed(blemore(*words, cwd=trained)) == content
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    done = blemore("report", "--run", "first", "--no-shift", cwd=trained)
    assert done.returncode == 0, done.stderr
    assert "Failing encoders" in (trained / "report.html").read_text()


def test_arms_are_compared_under_the_same_failures(trained: Path, blemore: Blemore) -> None:
    words = ("stress", "--run", "arms", "--kind", "shift", "--share", ".5", "--encoders", "wavlm")
    content = parsed(blemore(*words, "--json", cwd=trained))
    learned, random = content["results"]
    assert (learned["arm"], random["arm"]) == ("learned", "random")
    assert learned["n_failed"] == random["n_failed"]
    assert content["sentences"][0].startswith("with failures for 50 % of the clips, learned is ")
    assert random["gain"] == pytest.approx(random["score"] - learned["score"])
    done = blemore(*words, cwd=trained)
    assert done.returncode == 0, done.stderr
    assert "in words" in done.stdout
    assert "Next: blemore report --run arms" in done.stderr
    alone = parsed(blemore("stress", "--run", "arms/arms/random", *words[3:], "--json", cwd=trained))
    assert alone["results"][0]["score"] == random["score"]
    assert (trained / "runs/arms/arms/random/stress/stress.json").is_file()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--run", "nobody"), 4, "nobody"),
        (("--encoders", "touch"), 2, ", ".join(ENCODERS)),
        (("--share", "1.5"), 2, "from 0 to 1, got '1.5'"),
        (("--share", "-0.1"), 2, "from 0 to 1"),
        (("--kind", "fire"), 2, "'fire'"),
    ],
)
def test_bad_input_is_refused(
    words: tuple[str, ...], code: int, says: str, trained_once: Path, attempt: Attempt
) -> None:
    got, _, stderr = attempt("stress", "--run", "first", *words, cwd=trained_once)
    assert (got, says in " ".join(stderr.split())) == (code, True), stderr
    assert not (trained_once / "runs/first/stress").exists()


def test_one_encoder_and_another_index_are_refused(trained: Path, blemore: Blemore) -> None:
    fast = ("--set", "train.max_epochs=1", "--set", "train.jobs=1", "--quiet", "--name", "lonely")
    assert blemore("train", "--encoders", "wavlm", *fast, "--fold", "0", cwd=trained).returncode == 0
    done = blemore("stress", "--run", "lonely", cwd=trained)
    assert (done.returncode, "lonely has wavlm alone" in done.stderr) == (2, True), done.stderr
    features = trained / "features/wavlm_static_features.npz"
    arrays = dict(np.load(features))
    np.savez(features, **{name: x * 2 if x.dtype.kind == "f" else x for name, x in arrays.items()})
    stale = blemore("stress", "--run", "first", cwd=trained)
    assert stale.returncode in (3, 4), stale.stderr
    assert blemore("index", "--quiet", cwd=trained).returncode == 0
    changed = blemore("stress", "--run", "first", cwd=trained)
    assert (changed.returncode, "trained on the index" in changed.stderr) == (4, True), changed.stderr
