"""A GPU beside the CPU: features and predictions of one are those of the other but for rounding.

    PYTHONPATH=src python -m pytest -m gpu

Random numbers are drawn on the CPU wherever a network is trained, so that both devices see the same batches.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from tests.fixtures.hugging_face import make_folder
from tests.fixtures.media import make_clip
from tests.integration.conftest import TINY, Blemore

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.slow,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU on this machine"),
    pytest.mark.filterwarnings("default"),  # of whatever versions such a machine has
]

MODELS = {"speech": "wav2vec2", "picture": "clip", "film": "videomae"}
DEVICES = {"cpu": "cpu", "cuda": "cuda", "auto": "cuda"}
"""Settings, and the kind of device that they mean where there is a GPU."""

TOLERANCE, SHARE = 0.005, 0.97
"""Largest difference of a clip's probabilities, and of how many clips: rounding can decide which of two encoders that
are ranked alike is kept."""


def extracted(blemore: Blemore, folder: Path, device: str) -> dict[str, np.ndarray]:
    """The features of every encoder and clip on a device, whose recipe must name it."""
    out = folder / device
    models = [word for name in MODELS for word in ("--encoder", f"{name}={folder / name}")]
    words = ("--media", folder / "clips", *models, "--out", out, "--device", device, "--quiet")
    done = blemore("extract", *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    recipes = [json.loads((out / name / ".extract.json").read_text(encoding="utf-8")) for name in MODELS]
    assert [DEVICES[device]] * len(MODELS) == [recipe["device"] for recipe in recipes]
    return {str(path.relative_to(out)): np.load(path) for path in sorted(out.glob("*/*.npy"))}


def test_features_are_those_of_the_cpu(blemore: Blemore, tmp_path: Path) -> None:
    pytest.importorskip("av", reason="the package av is not installed")
    pytest.importorskip("transformers", reason="the package transformers is not installed")
    for name, kind in MODELS.items():
        make_folder(tmp_path / name, kind)
    (tmp_path / "clips").mkdir()
    for number in range(3):
        make_clip(tmp_path / "clips" / f"clip_{number}.mp4", n_frames=20 + 5 * number)
    expected = extracted(blemore, tmp_path, "cpu")
    assert len(expected) == 3 * len(MODELS)
    for device in ("cuda", "auto"):
        features = extracted(blemore, tmp_path, device)
        assert list(features) == list(expected)
        for name, rows in expected.items():
            np.testing.assert_allclose(features[name], rows, rtol=1e-3, atol=1e-4, err_msg=f"{name} on {device}")


@pytest.mark.parametrize("fusion", ["weighted", "evidence"])
def test_predictions_are_those_of_the_cpu(trained: Path, blemore: Blemore, fusion: str) -> None:
    words = ("train", "--top-n", "1", *TINY, "--set", f"model.fusion={fusion}", "--quiet")
    tables = {}
    for device in DEVICES:
        done = blemore(*words, "--device", device, "--name", device, cwd=trained)
        assert done.returncode == 0, done.stderr
        assert f"device: {device}" in (trained / "runs" / device / "config.yaml").read_text(encoding="utf-8")
        tables[device] = pd.read_csv(trained / "runs" / device / "oof.csv").set_index(["filename", "fold", "seed"])
    expected = tables["cpu"].filter(like="p_")
    for device in ("cuda", "auto"):
        difference = (tables[device].filter(like="p_") - expected).abs().max(axis=1)
        assert len(difference) == len(expected)
        assert not difference.isna().any()
        assert (difference < TOLERANCE).mean() >= SHARE, difference.describe()
