import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.files import sha256_of
from blemore_cli.data.features.readers.base import Source
from blemore_cli.data.features.readers.clip_folder import ClipFolder
from blemore_cli.data.index import sources_file
from blemore_cli.data.index.sources_file import FileStamp
from blemore_cli.data.metadata.clips import clips_from_names
from blemore_cli.data.source_files import FileChanges, SourceFiles, metadata_stamps

NAMES = ["A1_ang_int1_ver1", "A2_hap_int1_ver1", "A3_sad_int1_ver1"]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    (tmp_path / "clip").mkdir()
    for name in [*NAMES[:2], "foreign"]:
        np.save(tmp_path / f"clip/{name}.npy", np.zeros(3))
    return Source("clip", tmp_path / "clip", ClipFolder())


def now(source: Source, recorded: dict[str, FileStamp] | None = None) -> SourceFiles:
    files = SourceFiles.of(source, clips_from_names(NAMES), None, source.path.parent / "index.h5")
    return replace(files, recorded=recorded or {})


def test_files_of_clips_are_recorded_with_the_checksums_that_reading_gave(source: Source) -> None:
    given = {source.path / f"{NAMES[0]}.npy": "0" * 64}
    stamps = now(source).stamped(given)
    first, second = (str(source.path / f"{name}.npy") for name in NAMES[:2])
    assert {name: stamp.sha256 for name, stamp in stamps.items()} == {first: "0" * 64, second: sha256_of(Path(second))}
    assert stamps[first][:2] == (Path(first).stat().st_size, Path(first).stat().st_mtime_ns)


def test_changes_are_those_of_content_and_untouched_files_are_not_hashed(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = now(source).stamped({})
    monkeypatch.setattr(sources_file, "sha256_of", None)
    assert not now(source, recorded).changes()
    monkeypatch.undo()
    first, second, third = (source.path / f"{name}.npy" for name in NAMES)
    os.utime(first, (0, 0))
    assert not now(source, recorded).changes()
    np.save(second, np.ones(3))
    np.save(third, np.ones(3))
    first.unlink()
    (source.path / "foreign.npy").unlink()
    assert now(source, recorded).changes() == FileChanges((str(second),), (str(third),), (str(first),))


def test_touched_files_are_recorded_anew_without_reading_the_others(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = now(source).stamped({})
    touched = source.path / f"{NAMES[0]}.npy"
    os.utime(touched, (0, 0))
    hashed: list[Path] = []

    def counted(path: Path) -> str:
        hashed.append(path)
        return sha256_of(path)

    monkeypatch.setattr(sources_file, "sha256_of", counted)
    files = now(source, recorded)
    assert not files.changes()
    stamps = files.stamped({})
    assert (hashed, stamps[str(touched)].mtime_ns) == ([touched], 0)
    assert [stamp.sha256 for stamp in stamps.values()] == [stamp.sha256 for stamp in recorded.values()]


def test_an_index_that_is_its_own_source_is_left_out(source: Source) -> None:
    files = SourceFiles.of(source, clips_from_names(NAMES), None, source.path / f"{NAMES[0]}.npy")
    assert list(files.states) == [str(source.path / f"{NAMES[1]}.npy")]


def test_metadata_that_are_there_are_stamped(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("x")
    stamps = metadata_stamps(DataConfig(train_metadata=tmp_path / "train.csv", test_metadata=tmp_path / "none.csv"))
    assert {split: (stamp.size, stamp.sha256) for split, stamp in stamps.items()} == {
        "train": (1, sha256_of(tmp_path / "train.csv"))
    }
