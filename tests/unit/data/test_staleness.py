import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.fixtures.metadata import TEST, TRAIN, write_metadata

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.build import build_index
from blemore_cli.data.index import sources_file as module
from blemore_cli.data.index.sources_file import sources_file
from blemore_cli.data.staleness import Staleness, check_fresh, staleness


@pytest.fixture
def data(tmp_path: Path) -> DataConfig:
    write_metadata(tmp_path)
    (tmp_path / "features/clip").mkdir(parents=True)
    for name in TRAIN + TEST[:1]:
        save(tmp_path / f"features/clip/{name}.npy", 0)
    names = np.array(TEST + TRAIN)
    np.savez(tmp_path / "features/hubert_static_features.npz", X=np.ones((5, 4)), filenames=names)
    data = DataConfig(
        features=[tmp_path / "features"],
        train_metadata=tmp_path / "train.csv",
        test_metadata=tmp_path / "test.csv",
        index=tmp_path / "out/index.h5",
        missing="mask",
        jobs=1,
    )
    build_index(data)
    return data


def save(path: Path, value: float) -> None:
    np.save(path, np.full((2, 3), value, np.float32))


def change_fold(data: DataConfig) -> None:
    path = data.train_metadata or Path()
    path.write_text(path.read_text().replace("A2,0,hap,,,,1", "A2,0,hap,,,,2"))


def clip_files(data: DataConfig) -> list[Path]:
    return [data.features[0] / f"clip/{name}.npy" for name in TRAIN + TEST]


def touch_all(data: DataConfig) -> None:
    for path in data.features[0].parent.rglob("*"):
        if path.is_file() and path.parent != data.index.parent:
            os.utime(path, (1, 1))


def test_an_index_of_files_that_are_as_they_were_is_fresh_without_hashing(
    data: DataConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "sha256_of", None)
    assert staleness(data.index, None) == Staleness()


def test_all_that_changed_is_told(data: DataConfig) -> None:
    change_fold(data)
    first, second, third, fourth, missing = clip_files(data)
    save(first, 1)
    save(second, 1)
    third.unlink()
    save(missing, 1)
    os.utime(fourth, (1, 1))
    text = "encoder clip: 2 files changed, 1 new, 1 gone (A1_ang_int1_ver1.npy, A1_mix_ang_hap_30_70_ver1.npy, "
    state = staleness(data.index, None)
    assert state.changes == ("train.csv", text + "test_0002.npy and 1 more)")
    np.savez(data.features[0] / "hubert_static_features.npz", X=np.zeros((5, 4)), filenames=np.array(TEST + TRAIN))
    assert staleness(data.index, None).changes[2] == "encoder hubert: 1 file changed (hubert_static_features.npz)"
    build_index(data)
    assert staleness(data.index, None) == Staleness()


def test_a_stale_index_is_refused_or_noted(data: DataConfig) -> None:
    assert check_fresh(data.index, None) == ()
    change_fold(data)
    with pytest.raises(ArtefactError, match=r"changed since `blemore index`: train\.csv") as caught:
        check_fresh(data.index, None)
    assert "Run `blemore index`" in caught.value.fix
    assert "--stale allow" in caught.value.fix
    [note] = check_fresh(data.index, None, is_allowed=True)
    assert "changed since `blemore index`: train.csv" in note


def test_files_of_another_time_are_hashed_once(data: DataConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    touch_all(data)
    before = data.index.read_bytes()
    assert staleness(data.index, None) == Staleness()
    assert data.index.read_bytes() == before
    monkeypatch.setattr(module, "sha256_of", None)
    assert staleness(data.index, None) == Staleness()


def test_an_encoder_that_is_new_and_a_search_that_fails_are_noted(data: DataConfig) -> None:
    shutil.copytree(data.features[0] / "clip", data.features[0] / "dino")
    [note] = check_fresh(data.index, None)
    assert note.startswith("not in the index: encoder dino (")
    shutil.copy(clip_files(data)[0], clip_files(data)[0].with_suffix(".mov.npy"))
    assert "`blemore index` would fail now" in check_fresh(data.index, None)[0]
    save(clip_files(data)[0], 1)
    assert staleness(data.index, None).changes == ("encoder clip: 1 file changed (A1_ang_int1_ver1.npy)",)


@pytest.mark.parametrize("moved", [False, True])
def test_files_that_are_not_there_any_more_are_no_difference(data: DataConfig, moved: bool) -> None:
    if moved:
        data.index.parent.rename(data.index.parent.with_name("elsewhere"))
        data = data.model_copy(update={"index": data.index.parent.with_name("elsewhere") / "index.h5"})
        assert staleness(data.index, None) == Staleness()
    shutil.rmtree(data.features[0])
    for path in (data.train_metadata, data.test_metadata):
        (path or Path()).unlink()
    assert staleness(data.index, None) == Staleness()
    data.features[0].mkdir()
    assert staleness(data.index, None) == Staleness()


def test_without_its_sidecar_an_index_is_compared_by_checksum_with_the_files_of_the_project(data: DataConfig) -> None:
    sources_file(data.index).unlink()
    touch_all(data)
    assert staleness(data.index, data) == Staleness()
    change_fold(data)
    save(clip_files(data)[0], 1)
    assert staleness(data.index, data).changes == ("train.csv", "encoder clip")
    assert staleness(data.index, None) == Staleness()
    assert staleness(data.index, DataConfig(index=data.index)) == Staleness()


def test_an_index_that_is_its_own_source_is_fresh(data: DataConfig) -> None:
    data = data.model_copy(update={"features": [data.index]})
    build_index(data)
    assert staleness(data.index, data) == Staleness()


def test_a_missing_or_damaged_index_is_refused(data: DataConfig) -> None:
    data.index.write_bytes(data.index.read_bytes()[:-50])
    with pytest.raises(ArtefactError, match="damaged"):
        staleness(data.index, data)
    data.index.unlink()
    with pytest.raises(ArtefactError, match="must be an index file, got nothing"):
        staleness(data.index, data)


@pytest.mark.parametrize("is_by_flag", [False, True])
def test_layers_of_a_model_are_in_the_index(data: DataConfig, is_by_flag: bool) -> None:
    for name in TRAIN + TEST:
        (data.features[0] / "wavlm").mkdir(exist_ok=True)
        np.save(data.features[0] / f"wavlm/{name}.npy", np.ones((5, 2, 3), np.float32))
    with_layers = data.model_copy(update={"layers": "1-2"})
    build_index(with_layers)
    project = data if is_by_flag else with_layers
    assert staleness(data.index, project) == Staleness((), ())
    np.save(data.features[0] / f"wavlm/{TEST[0]}.npy", np.zeros((5, 2, 3), np.float32))
    changes = staleness(data.index, project).changes
    assert [change.split(":")[0] for change in changes] == ["encoder wavlm.01", "encoder wavlm.02"]
