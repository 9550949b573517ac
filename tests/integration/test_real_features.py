"""The user's lines on the real features of the challenge, with short training."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import Blemore, parsed
from tests.real_data import HICMAE

from blemore_cli.core.labels import LABELS
from blemore_cli.data.index.file import read_index
from blemore_cli.reporting.submission.scoring import read_truth

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.xdist_group("real")]  # one project for all

FOLDS = (0,)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, blemore: Blemore) -> Path:
    """The real project after init, index, train and the three submissions."""
    folder = tmp_path_factory.mktemp("real")
    metadata: list[str | Path] = [
        "--train-metadata",
        HICMAE / "train_metadata.csv",
        "--test-metadata",
        HICMAE / "test_metadata.csv",
    ]
    folds = [f"--fold={fold}" for fold in FOLDS]
    lines: list[list[str | Path]] = [
        ["init", "--features", HICMAE / "features", *metadata],
        ["index"],
        ["train", "--top-n", "3", *folds, "--set", "train.max_epochs=4", "--set", "train.jobs=1"],
        ["submit", "--out", "preds.csv"],
        ["submit", "--out", "preds.json", "--template", HICMAE / "submission_template.json"],
        ["submit", "--out", "preds.zip"],
    ]
    for line in lines:
        done = blemore(*line, cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


def test_index_holds_the_features_as_they_are(project: Path) -> None:
    index = read_index(project / "index.h5")
    metadata = pd.read_csv(HICMAE / "train_metadata.csv")
    assert index.clips.filename[:2456].tolist() == metadata["filename"].tolist()
    assert index.clips.fold[:2456].tolist() == metadata["fold"].tolist()
    with np.load(HICMAE / "features" / "hicmae_kl50_static_features.npz") as source:
        row = {name: i for i, name in enumerate(source["filenames"])}
        expected = source["X"][[row[name] for name in index.clips.filename]]
    np.testing.assert_array_equal(index.features("hicmae_kl50"), expected)


def test_out_of_fold_score_is_far_above_the_trivial_baseline(project: Path) -> None:
    metrics = json.loads((project / "runs/train-001/metrics.json").read_text())
    assert metrics["n_clips"] == pd.read_csv(HICMAE / "train_metadata.csv")["fold"].isin(FOLDS).sum()
    assert metrics["oof"]["score"] > 0.18  # always the most frequent label: 0.057


def test_submissions_cover_the_template_with_permitted_labels(project: Path) -> None:
    template = json.loads((HICMAE / "submission_template.json").read_text())["predictions"]
    content = json.loads((project / "preds.json").read_text())["predictions"]
    assert content.keys() == template.keys()
    permitted = {frozenset(zip(label.emotions, label.saliences_pct, strict=True)) for label in LABELS}
    assert all(frozenset((it["emotion"], it["salience"]) for it in clip) in permitted for clip in content.values())
    with zipfile.ZipFile(project / "preds.zip") as archive:
        assert json.loads(archive.read(archive.namelist()[0]))["predictions"].keys() == template.keys()
    assert len(read_truth(project / "preds.csv")[0]) == 594


def test_shift_exposes_the_encoders_that_collapse(project: Path, blemore: Blemore) -> None:
    shift = parsed(blemore("inspect", "--json", cwd=project))["shift"]
    for name, found in shift.items():
        assert found["verdict"].startswith("shifted") == name.endswith("_best"), (name, found)
