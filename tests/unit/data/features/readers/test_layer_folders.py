from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.base import Candidate, Request, Source
from blemore_cli.data.features.readers.layer_folders import LayerFolders, layer_folders, layer_of

READER = LayerFolders()


def write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
        np.save(folder / name / "A.npy", np.ones((2, 3)))
    return folder


def encoders(folder: Path) -> list[str]:
    return READER.encoders_at(Candidate(folder, {"A"}.__contains__, is_given=False))


def test_folders_are_layers_by_their_names(tmp_path: Path) -> None:
    folder = write(tmp_path / "wavlm", "layer_10", "layer_2", "notes")
    assert encoders(folder) == ["wavlm"]
    assert [path.name for path in layer_folders(folder).values()] == ["layer_2", "layer_10"]
    entries = [Candidate(path, bool, is_given=False) for path in sorted(folder.iterdir())]
    assert [READER.takes(entry) for entry in entries] == [True, True, False]
    assert READER.clips_of(Source("wavlm", folder, READER), {"A"}.__contains__) == ["A"]


def test_other_folders_are_none(tmp_path: Path) -> None:
    assert encoders(write(tmp_path / "x", "hubert", "wav2vec2", "fold_1")) == []
    assert encoders(write(tmp_path / "one", "0")) == []
    (tmp_path / "empty" / "layer_1").mkdir(parents=True)
    assert encoders(tmp_path / "empty") == []


def test_two_folders_of_a_layer_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"got L6 and layer_06"):
        layer_folders(write(tmp_path, "layer_06", "L6"))


def test_the_checksum_is_of_all_layers(tmp_path: Path) -> None:
    folder, request = write(tmp_path / "x", "layer_1", "layer_2"), Request({"A"}.__contains__, DataConfig(jobs=1))
    source = Source("x", folder, READER)
    before = READER.sha256(source, request)
    assert len(READER.files(source, request.is_clip)) == 2
    np.save(folder / "layer_2" / "A.npy", np.zeros((2, 3)))
    assert READER.sha256(source, request) != before
    with pytest.raises(DataError, match="layer by layer"):
        READER.read(source, request)


def test_encoders_are_named_after_layers() -> None:
    assert layer_of("a.b.L12") == ("a.b", 12)
    assert layer_of("a.06") == ("a", 6)
    assert [layer_of(name) for name in ("wavlm", "x.6", "layer_6", "all.hubert")] == [None] * 4
