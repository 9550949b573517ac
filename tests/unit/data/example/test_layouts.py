from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from blemore_cli.core.rng import numpy_generator
from blemore_cli.data.example.layouts import (
    AU_NUMBERS,
    CSV_FRAMES,
    FEWEST_FRAMES,
    MOST_FRAMES,
    frames_around,
    write_encoder,
)
from blemore_cli.data.example.planting import Layout, PlantedEncoder

NAMES = np.array(["A101_ang_int1_ver1", "A101_mix_ang_hap_30_70_ver1", "test_0001"])
D = len(AU_NUMBERS)


@pytest.fixture
def features() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((3, D)).astype(np.float32)


def write(folder: Path, layout: Layout, features: NDArray[np.float32]) -> None:
    write_encoder(folder, PlantedEncoder("enc", D, "video", layout), NAMES, features, numpy_generator(0, "test"))


def test_static_npz(tmp_path: Path, features: NDArray[np.float32]) -> None:
    write(tmp_path, "static npz", features)
    with np.load(tmp_path / "enc_static_features.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["X"], features)
        assert arrays["filenames"].tolist() == NAMES.tolist()


def test_clip_npy(tmp_path: Path, features: NDArray[np.float32]) -> None:
    write(tmp_path, "clip npy", features)
    for name, row in zip(NAMES, features, strict=True):
        np.testing.assert_array_equal(np.load(tmp_path / "enc" / f"{name}.npy"), row)


def test_frame_npy_has_the_features_as_mean_over_time(tmp_path: Path, features: NDArray[np.float32]) -> None:
    write(tmp_path, "frame npy", features)
    frames = [np.load(tmp_path / "enc" / f"{name}.npy") for name in NAMES]
    assert all(FEWEST_FRAMES <= len(each) <= MOST_FRAMES for each in frames)
    np.testing.assert_allclose([each.mean(axis=0) for each in frames], features, atol=1e-5)


def test_frame_csv_is_in_the_style_of_openface(tmp_path: Path, features: NDArray[np.float32]) -> None:
    write(tmp_path, "frame csv", features)
    table = pd.read_csv(tmp_path / "enc" / "test_0001.csv", skipinitialspace=True)
    assert table.columns[:6].tolist() == ["frame", "face_id", "timestamp", "confidence", "success", "AU01_r"]
    assert table["frame"].tolist() == list(range(1, CSV_FRAMES + 1))
    np.testing.assert_allclose(table["timestamp"].diff().dropna(), 0.04)
    np.testing.assert_allclose(table.filter(like="AU").mean(), features[2], atol=1e-3)


def test_table_csv(tmp_path: Path, features: NDArray[np.float32]) -> None:
    write(tmp_path, "table csv", features)
    table = pd.read_csv(tmp_path / "enc.csv")
    assert table["filename"].tolist() == NAMES.tolist()
    np.testing.assert_allclose(table.drop(columns="filename"), features, atol=5.1e-5)


def test_frames_around_keeps_clips_apart(features: NDArray[np.float32]) -> None:
    frames = frames_around(features, np.array([2, 5, 3]), np.random.default_rng(0))
    assert [each.shape for each in frames] == [(2, D), (5, D), (3, D)]
    np.testing.assert_allclose(np.stack([each.mean(axis=0) for each in frames]), features, atol=1e-5)
    assert np.std(frames[1], axis=0).min() > 0.1
