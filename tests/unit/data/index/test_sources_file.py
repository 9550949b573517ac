from pathlib import Path

import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import sha256_of
from blemore_cli.data.index.sources_file import (
    FileStamp,
    IndexChecksums,
    RecordedSources,
    absolute,
    check_sources_file,
    checksums_of,
    read_sources,
    sizes_and_times,
    sources_file,
    write_sources,
)

STAMP = FileStamp(3, 12345678901234567, "0" * 64)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "project/index.h5"
    path.parent.mkdir()
    data = DataConfig(
        features=[tmp_path / "features", Path("/elsewhere/x")],
        train_metadata=tmp_path / "project/train.csv",
        encoders={"clip": tmp_path / "clip"},
        index=path,
    )
    files = {"hubert": {str(tmp_path / "features/hubert/a.npy"): STAMP, "/elsewhere/x/b.npy": STAMP}}
    write_sources(path, RecordedSources.of(path, IndexChecksums("abc", "def"), data, {"train": STAMP}, files))
    return path


def test_what_is_written_is_read(index: Path, tmp_path: Path) -> None:
    sources = read_sources(index, "abc")
    assert sources
    assert sources.config(index).features == [tmp_path / "features", Path("/elsewhere/x")]
    assert sources.config(index).encoders == {"clip": tmp_path / "clip"}
    files = {str(tmp_path / "features/hubert/a.npy"): STAMP, "/elsewhere/x/b.npy": STAMP}
    assert sources.files("hubert", index) == files
    assert (sources.files("other", index), sources.metadata) == ({}, {"train": STAMP})


def test_it_moves_along_with_the_index_and_the_features(index: Path, tmp_path: Path) -> None:
    assert str(tmp_path) not in sources_file(index).read_text()
    moved = tmp_path / "other/place"
    moved.mkdir(parents=True)
    (tmp_path / "project").rename(moved / "project")
    sources = read_sources(moved / "project/index.h5", "abc")
    assert sources
    assert sources.config(moved / "project/index.h5").train_metadata == moved / "project/train.csv"
    assert str(moved / "features/hubert/a.npy") in sources.files("hubert", moved / "project/index.h5")


@pytest.mark.parametrize("content", ["", "{}", '{"format": "other"}', "\0"])
def test_a_record_that_is_lost_damaged_or_of_another_index_is_none(index: Path, content: str) -> None:
    assert read_sources(index, "abd") is None
    sources_file(index).write_text(content)
    assert read_sources(index, "abc") is None
    sources_file(index).unlink()
    assert read_sources(index, "abc") is None


def test_only_a_sidecar_is_replaced(index: Path) -> None:
    check_sources_file(index)
    sources_file(index).write_text("mine")
    with pytest.raises(ArtefactError, match="must be the sidecar") as caught:
        check_sources_file(index)
    assert "--out" in caught.value.fix


def test_files_that_are_there_have_sizes_times_and_checksums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("abc")
    monkeypatch.chdir(tmp_path)
    names = absolute([Path("a"), Path("x/../b"), tmp_path / "a"])
    assert names == [f"{tmp_path}/a", f"{tmp_path}/b", f"{tmp_path}/a"]
    assert sizes_and_times(names) == {names[0]: (3, (tmp_path / "a").stat().st_mtime_ns)}
    assert checksums_of(names[:1]) == {names[0]: sha256_of(tmp_path / "a")}
