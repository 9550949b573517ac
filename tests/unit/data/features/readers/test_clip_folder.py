from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers import clip_folder
from blemore_cli.data.features.readers.base import Candidate, IsClip, Request, Source, register_reader
from blemore_cli.data.features.readers.clip_folder import ClipFolder, clip_files, entries_of
from blemore_cli.data.features.sources import find_sources

READER = ClipFolder()


def folder_of(path: Path, names: list[str]) -> Path:
    path.mkdir()
    for position, name in enumerate(names):
        with (path / name).open("wb") as file:
            np.save(file, np.full((position + 1, 2), position, dtype=np.float32))
    return path


def test_files_of_clips_make_a_folder_an_encoder(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "clip", ["A.npy", "B.MOV.npy", "C.npy", "notes.txt"])
    assert list(clip_files(folder, {"A", "B"}.__contains__)) == ["A", "B"]
    assert READER.encoders_at(Candidate(folder, {"A"}.__contains__, is_given=False)) == ["clip"]
    assert READER.encoders_at(Candidate(folder, {"X"}.__contains__, is_given=True)) == []
    taken = [READER.takes(Candidate(path, {"A", "B"}.__contains__, is_given=False)) for path in entries_of(folder)]
    assert taken == [True, True, False, False]


def test_one_clip_in_two_files_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "clip", ["A.npy", "A.pt"])
    with pytest.raises(DataError, match=r"A\.npy and A\.pt"):
        clip_files(folder, {"A"}.__contains__)
    assert clip_files(folder, {"B"}.__contains__) == {}


def test_tables_beside_the_clips_are_no_clips(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "clip", [])
    (folder / "test_0001.csv").write_text("frame,a\n1,2\n")
    (folder / "A1_ang_int1_ver1.csv").write_text("filename,a\nx,2\n")
    (folder / "metadata.csv").write_text("filename\ntest_0001\n")
    assert READER.clips_of(Source("clip", folder, READER)) == ["A1_ang_int1_ver1", "test_0001"]


def test_clips_are_read_and_aggregated_as_the_config_says(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "clip", ["A.npy", "B.npy", "C.npy"])
    source, request = Source("clip", folder, READER), Request({"A", "C"}.__contains__, DataConfig(aggregate="mean"))
    read = READER.read(source, request)
    assert (read.clips, read.aggregate) == (["A", "C"], "mean")
    assert read.features.tolist() == [[0.0, 0.0], [2.0, 2.0]]
    assert read.sha256 == READER.sha256(source, request)


class Halves(ClipFolder):
    """Encoders with a folder for each split."""

    name = "halves"
    holds_many = True

    def encoders_at(self, candidate: Candidate) -> list[str]:
        folders = entries_of(candidate.path) if candidate.path.is_dir() else []
        return [path.name.removesuffix("_train") for path in folders if path.name.endswith("_train")]

    def takes(self, candidate: Candidate) -> bool:
        return candidate.path.name.endswith(("_train", "_test"))

    def files_of(self, source: Source, is_clip: IsClip) -> dict[str, Path]:
        folders = [source.path / f"{source.name}_{split}" for split in ("train", "test")]
        return {clip: path for folder in folders for clip, path in clip_files(folder, is_clip).items()}


@pytest.mark.usefixtures("registry")
def test_a_child_with_other_files_is_searched_and_read_alike(tmp_path: Path) -> None:
    register_reader(Halves)
    for name, clip in (("x_train", "A"), ("x_test", "B"), ("y_train", "A"), ("y_test", "B")):
        folder_of(tmp_path / name, [f"{clip}.npy"])
    sources = find_sources([tmp_path], {}, ["A", "B"]).sources
    assert [source.name for source in sources] == ["x", "y"]
    read = sources[1].reader.read(sources[1], Request(lambda _: True, DataConfig(aggregate="mean")))
    assert (read.clips, read.features.shape) == (["A", "B"], (2, 2))


@pytest.mark.parametrize(("seconds", "jobs"), [(0.0, 7), (1e9, 1)])
def test_processes_start_where_there_is_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, jobs: int
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(clip_folder, "_SECONDS_WORTH_PROCESSES", seconds)
    monkeypatch.setattr(clip_folder, "folder_sha256", lambda _, jobs: calls.append(jobs))
    source = Source("clip", folder_of(tmp_path / "clip", ["A.npy"]), READER)
    READER.sha256(source, Request(lambda _: True, DataConfig(jobs=7)))
    assert calls == [jobs]


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="must be a readable folder"):
        entries_of(tmp_path / "nothing")
