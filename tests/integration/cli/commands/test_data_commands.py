"""`blemore index` and `blemore inspect` as a script sees them."""

from pathlib import Path

import pytest
from tests.integration.conftest import Blemore, parsed

pytestmark = pytest.mark.slow


def test_index_and_inspect_speak_the_contract(trained: Path, blemore: Blemore) -> None:
    content = parsed(blemore("inspect", "--json", cwd=trained))
    assert {"index", "train", "test", "encoders", "sha256", "labels", "folds", "shift"} <= content.keys()
    assert all({"dim", "modality", "missing", "nan"} <= encoder.keys() for encoder in content["encoders"].values())
    again = parsed(blemore("index", "--json", cwd=trained))
    assert again["sha256"] == content["sha256"]


def test_inspect_without_the_shift_is_quick_and_prints_tables(trained: Path, blemore: Blemore) -> None:
    done = blemore("inspect", "--no-shift", cwd=trained)
    assert done.returncode == 0
    for words in ("official folds", "ang+disg", "openface"):
        assert words in done.stdout
    assert "AUC" not in done.stdout


def test_flags_take_the_place_of_the_project_file(trained: Path, blemore: Blemore, tmp_path: Path) -> None:
    features = trained / "features" / "wavlm_static_features.npz"
    metadata = ["--train-metadata", trained / "train_metadata.csv", "--test-metadata", trained / "test_metadata.csv"]
    words = ["index", features, *metadata, "--out", "small.h5", "--encoder", f"again={features}", "--json"]
    content = parsed(blemore(*words, "--modality", "again=audio", cwd=tmp_path))
    assert content["encoders"].keys() == {"wavlm", "again"}
    assert content["encoders"]["again"]["modality"] == "audio"
    assert (tmp_path / "small.h5").is_file()


@pytest.mark.parametrize("flag", ["--encoder", "--modality"])
def test_pairs_need_a_name_and_a_value(trained: Path, blemore: Blemore, flag: str) -> None:
    done = blemore("index", flag, "no-equals-sign", cwd=trained)
    assert done.returncode == 2
    assert "NAME=" in done.stderr
