"""`blemore train`: the run folder, repeats, single folds, resuming."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import FAST, Blemore, parsed

from blemore_cli.core.labels import PROBABILITY_COLUMNS

pytestmark = pytest.mark.slow


def test_run_folder_holds_the_contracts_files(trained: Path) -> None:
    run = trained / "runs" / "first"
    for name in (
        "config.yaml",
        "metrics.json",
        "oof.csv",
        "test.csv",
        "gate_oof.csv",
        "gate_test.csv",
        "log.jsonl",
        "done",
    ):
        assert (run / name).is_file(), name
    assert (trained / "runs" / "latest").read_text().strip() == "first"
    metadata = pd.read_csv(trained / "train_metadata.csv")
    oof, test = pd.read_csv(run / "oof.csv"), pd.read_csv(run / "test.csv")
    assert list(oof.columns[:3]) == ["filename", "fold", "seed"]
    assert list(oof.columns[8:]) == list(PROBABILITY_COLUMNS)
    assert sorted(oof["filename"]) == sorted(metadata["filename"])
    merged = oof.merge(metadata, on="filename")
    assert (merged["fold_x"] == merged["fold_y"]).all()
    assert (test.groupby("filename").size() == 5).all()
    np.testing.assert_allclose(oof[list(PROBABILITY_COLUMNS)].sum(axis=1), 1)
    weights = pd.read_csv(run / "gate_oof.csv").iloc[:, 3:]
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)
    assert ((weights > 0).sum(axis=1) <= 3).all()


def test_repeats_are_byte_identical_whatever_the_number_of_workers(trained: Path, blemore: Blemore) -> None:
    again = ["train", "--top-n", "3", "--set", "train.max_epochs=3", "--name", "again", "--jobs", "2"]
    parsed(blemore(*again, "--json", cwd=trained))
    for name in ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv", "log.jsonl"):
        assert (trained / "runs/again" / name).read_bytes() == (trained / "runs/first" / name).read_bytes(), name
    (trained / "runs/latest").write_text("first\n")


def test_one_fold_alone_equals_that_fold_of_all(trained: Path, blemore: Blemore) -> None:
    content = parsed(blemore("train", "--fold", "2", "--name", "two", *FAST, "--json", cwd=trained))
    assert [fold["fold"] for fold in content["folds"]] == [2]
    alone, every = (pd.read_csv(trained / "runs" / name / "oof.csv") for name in ("two", "first"))
    pd.testing.assert_frame_equal(alone, every[every["fold"] == 2].reset_index(drop=True))
    extended = parsed(blemore("train", "--fold", "0", "--name", "two", "--resume", *FAST, "--json", cwd=trained))
    assert [fold["fold"] for fold in extended["folds"]] == [0, 2]
    (trained / "runs/latest").write_text("first\n")


def test_resume_after_losing_work_gives_the_same_bytes(trained: Path, blemore: Blemore, tmp_path: Path) -> None:
    run = trained / "runs/halfway"
    shutil.copytree(trained / "runs/first", run)
    for name in ("done", "metrics.json", "oof.csv"):
        (run / name).unlink()
    for lost in ("seed0-fold1", "seed0-fold4"):
        shutil.rmtree(run / "checkpoints" / lost)
    (run / "checkpoints" / ".left-by-a-killed-worker").mkdir()
    refused = blemore("submit", "--run", "halfway", "--out", tmp_path / "preds.csv", cwd=trained)
    assert refused.returncode == 4
    assert "--resume" in refused.stderr
    parsed(blemore("train", "--top-n", "3", "--name", "halfway", "--resume", *FAST, "--json", cwd=trained))
    for name in ("oof.csv", "test.csv", "log.jsonl"):
        assert (run / name).read_bytes() == (trained / "runs/first" / name).read_bytes(), name
    (trained / "runs/latest").write_text("first\n")


def test_thresholds_decode_with_two_numbers(trained: Path, blemore: Blemore) -> None:
    words = ["train", "--name", "two-thresholds", "--set", "decode.method=thresholds", *FAST, "--json"]
    content = parsed(blemore(*words, cwd=trained))
    assert content["decoder"]["method"] == "thresholds"
    (trained / "runs/latest").write_text("first\n")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_run_resumes_to_the_same_bytes(trained: Path, blemore: Blemore, how: signal.Signals) -> None:
    name = f"stopped-{how.name}"
    run, words = trained / "runs" / name, ["train", "--top-n", "3", "--name", name, *FAST[:2], "--jobs", "2", "--quiet"]
    # an idle shell would start it with SIGINT ignored
    process = subprocess.Popen(
        [sys.executable, "-m", "blemore_cli", *words],
        cwd=trained,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while process.poll() is None and not list(run.glob("checkpoints/seed*")):
        time.sleep(0.02)
    process.send_signal(how)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL), stderr
    assert b"Traceback" not in stderr
    assert not (run / "done").exists()
    parsed(blemore(*words, "--resume", "--json", cwd=trained))
    for file in ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv", "log.jsonl"):
        assert (run / file).read_bytes() == (trained / "runs/first" / file).read_bytes(), file
    (trained / "runs/latest").write_text("first\n")
