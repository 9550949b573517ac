from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.types import Clips
from blemore_cli.data.build import build_index
from blemore_cli.data.features.sources import find_sources
from blemore_cli.data.index.file import Index
from blemore_cli.data.index.sources_file import sources_file
from blemore_cli.data.metadata.clips import clips_from_names
from blemore_cli.data.reuse import PreviousIndex

NAMES = ["A1_ang_int1_ver1", "A2_hap_int1_ver1"]
CLIPS: Clips = clips_from_names(NAMES)


@pytest.fixture
def data(tmp_path: Path) -> DataConfig:
    for encoder in ("clip", "hubert"):
        (tmp_path / f"features/{encoder}").mkdir(parents=True)
        for name in NAMES:
            np.save(tmp_path / f"features/{encoder}/{name}.npy", np.ones((2, 3), np.float32))
    data = DataConfig(features=[tmp_path / "features"], index=tmp_path / "index.h5", jobs=1)
    build_index(data)
    return data


def reused(data: DataConfig, clips: Clips = CLIPS) -> list[str]:
    previous = PreviousIndex.at(data, clips)
    return [source.name for source in find_sources(data.features, {}, NAMES).sources if previous.encoder(source)]


@pytest.mark.parametrize("lost", [False, True])
def test_unchanged_sources_are_reused_with_and_without_the_sidecar(data: DataConfig, lost: bool) -> None:
    if lost:
        sources_file(data.index).unlink()
    assert reused(data) == ["clip", "hubert"]
    assert reused(data, CLIPS.take(np.array([1, 0]))) == []
    np.save(data.features[0] / f"clip/{NAMES[0]}.npy", np.zeros((2, 3), np.float32))
    assert reused(data) == ["hubert"]


def test_an_index_that_would_be_written_again_is_told_from_one_that_differs(data: DataConfig) -> None:
    sources = find_sources(data.features, {}, NAMES).sources
    previous = PreviousIndex.at(data, CLIPS)
    assert previous.unchanged(sources, {}) == previous.index
    assert previous.unchanged(sources[:1], {}) is None
    assert previous.unchanged(sources, {"train": "0" * 64}) is None
    louder = data.model_copy(update={"modality": {"clip": "audio"}})
    assert PreviousIndex.at(louder, CLIPS).unchanged(sources, {}) is None
    assert PreviousIndex.at(data, CLIPS.take(np.array([1, 0]))).unchanged(sources, {}) is None


def test_no_index_and_a_damaged_one_give_nothing_and_the_reason(data: DataConfig) -> None:
    source = find_sources(data.features, {}, NAMES).sources[0]
    data.index.write_bytes(data.index.read_bytes()[:-50])
    damaged = PreviousIndex.at(data, CLIPS)
    assert damaged.encoder(source) is None
    [note] = damaged.notes
    assert note.startswith("everything is read again: ")
    data.index.unlink()
    assert PreviousIndex.at(data, CLIPS).notes == ()


def test_features_are_not_read_where_the_index_is_byte_for_byte_as_it_was_written(
    data: DataConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, previous = find_sources(data.features, {}, NAMES).sources, PreviousIndex.at(data, CLIPS)
    monkeypatch.setattr(Index, "features", lambda *_: pytest.fail("features were read"))
    assert previous.unchanged(sources, {}) == previous.index


def test_damaged_features_are_refused(data: DataConfig) -> None:
    content = bytearray(data.index.read_bytes())
    start = content.index(np.ones(3, np.float32).tobytes())
    content[start] ^= 1
    data.index.write_bytes(content)
    sources, previous = find_sources(data.features, {}, NAMES).sources, PreviousIndex.at(data, CLIPS)
    assert previous.unchanged(sources, {}) is None
    with pytest.raises(ArtefactError, match="features of encoder clip"):
        previous.encoder(sources[0])


def test_other_labels_are_read_again(data: DataConfig) -> None:
    assert reused(data, replace(CLIPS, label=CLIPS.label[::-1])) == []
    assert reused(data, replace(CLIPS, fold=CLIPS.fold + 1)) == ["clip", "hubert"]
