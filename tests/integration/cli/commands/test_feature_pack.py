"""The organisers' feature pack as it unpacks, from `blemore init` to `blemore inspect`."""

import shutil
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import yaml
from tests.fixtures.feature_pack import ENCODERS, FOREIGN, frames_of, write_pack
from tests.integration.conftest import Blemore, parsed

from blemore_cli.data.features.aggregate import stats7

TRAIN = [f"A{actor}_{emotion}_int1_ver1" for actor in (1, 2, 3, 4) for emotion in ("ang", "sad")]
TEST = [f"test_{number:04d}" for number in (1, 2, 3)]


@pytest.fixture
def participant(tmp_path: Path) -> Path:
    """A folder with the pack as it unpacks, and the metadata."""
    actors, emotions = zip(*(clip.split("_")[:2] for clip in TRAIN), strict=True)
    table = pd.DataFrame({"filename": TRAIN, "video_id": actors, "mix": 0, "emotion_1": emotions, "emotion_2": ""})
    table = table.assign(emotion_1_salience="", emotion_2_salience="", fold=[int(actor[1:]) % 2 for actor in actors])
    table.to_csv(tmp_path / "train_metadata.csv", index=False)
    pd.DataFrame({"filename": TEST}).to_csv(tmp_path / "test_metadata.csv", index=False)
    write_pack(tmp_path / "data", TRAIN, TEST)
    return tmp_path


def features_of(project: Path, encoder: str) -> np.ndarray:
    with h5py.File(project / "index.h5") as file:
        return np.asarray(file[f"encoders/{encoder}/features"])


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["data"],
        ["data/pre_extracted_train_data"],
        ["data/pre_extracted_test_data"],
        ["data/pre_extracted_train_data", "data/pre_extracted_test_data"],
    ],
)
def test_init_and_index_read_all_of_it(blemore: Blemore, participant: Path, given: list[str]) -> None:
    parsed(blemore("init", *(word for path in given for word in ("--features", path)), "--json", cwd=participant))
    done = blemore("index", "--json", cwd=participant)
    content = parsed(done)
    assert {name: encoder["missing"] for name, encoder in content["encoders"].items()} == dict.fromkeys(ENCODERS, 0)
    assert (content["train"], content["test"]) == (len(TRAIN), len(TEST))
    assert {Path(entry["path"]).stem for entry in content["not_read"]} == {FOREIGN}
    assert FOREIGN in done.stderr
    expected = [stats7(frames_of("VideoMAEv2", clip)) for clip in [*TRAIN, *TEST]]
    assert features_of(participant, "VideoMAEv2").tobytes() == np.stack(expected).tobytes()


def test_the_whole_way(blemore: Blemore, participant: Path) -> None:
    done = blemore("init", cwd=participant)
    assert "the organisers' feature pack is in" in done.stderr
    data = yaml.safe_load((participant / "blemore.yaml").read_text())["data"]
    assert data["features"] == ["data/pre_extracted_train_data", "data/pre_extracted_test_data"]
    parsed(blemore("index", "--json", cwd=participant))
    content = parsed(blemore("inspect", "--no-shift", "--json", cwd=participant))
    assert [*content["encoders"]] == sorted(ENCODERS)
    assert all(encoder["nan"] == 0 for encoder in content["encoders"].values())
    again = blemore("index", cwd=participant)
    assert "not read again: HiCMAE, HuBERT_large, ImageBind, OpenFace_3, VideoMAEv2, WavLM_large" in again.stderr


def test_the_pack_in_another_place_than_the_project(blemore: Blemore, participant: Path) -> None:
    for name in ("train", "test"):
        shutil.move(participant / f"{name}_metadata.csv", participant / "data" / f"{name}_metadata.csv")
    parsed(blemore("init", "project", "--json", cwd=participant))
    data = yaml.safe_load((participant / "project" / "blemore.yaml").read_text())["data"]
    assert data["features"] == ["../data/pre_extracted_train_data", "../data/pre_extracted_test_data"]
    assert data["train_metadata"] == "../data/train_metadata.csv"
    assert len(parsed(blemore("index", "--json", cwd=participant / "project"))["encoders"]) == len(ENCODERS)


def test_init_from_inside_a_half_writes_both(blemore: Blemore, participant: Path) -> None:
    done = blemore("init", cwd=participant / "data/pre_extracted_test_data")
    content = yaml.safe_load((participant / "data/pre_extracted_test_data/blemore.yaml").read_text())
    assert content["data"]["features"] == ["../pre_extracted_train_data", "."], done.stderr


def test_init_notes_a_pack_below_the_usual_folder(blemore: Blemore, participant: Path) -> None:
    (participant / "data").rename(participant / "features")
    assert "below data.features" in blemore("init", cwd=participant).stderr
    assert yaml.safe_load((participant / "blemore.yaml").read_text())["data"]["features"] == ["features"]
    assert len(parsed(blemore("index", "--json", cwd=participant))["encoders"]) == len(ENCODERS)


def test_a_half_that_is_still_packed_is_named(blemore: Blemore, participant: Path) -> None:
    shutil.rmtree(participant / "data/pre_extracted_test_data")
    (participant / "data/pre_extracted_test_data.zip").write_bytes(b"PK")
    assert "pre_extracted_test_data.zip is not unpacked" in blemore("init", cwd=participant).stderr
    done = blemore("index", cwd=participant)
    assert done.returncode == 3
    assert "These are all test clips, looked for in" in done.stderr
    assert "pre_extracted_test_data.zip" in done.stderr


def test_without_test_metadata_the_training_clips_are_read(blemore: Blemore, participant: Path) -> None:
    (participant / "test_metadata.csv").unlink()
    parsed(blemore("init", "--json", cwd=participant))
    content = parsed(blemore("index", "--json", cwd=participant))
    assert (content["train"], content["test"], len(content["encoders"])) == (len(TRAIN), 0, len(ENCODERS))
    assert "give --test-metadata" in content["not_read"][0]["because"]
