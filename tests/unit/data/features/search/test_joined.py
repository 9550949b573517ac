from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.data.features.aggregate import stats7
from blemore_cli.data.features.readers.array_archive import NpzArchive
from blemore_cli.data.features.readers.base import Request, Source
from blemore_cli.data.features.readers.clip_folder import ClipFolder
from blemore_cli.data.features.readers.csv_table import CsvTable
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.features.search.joined import JoinedSource, joined


def npz(path: Path, clips: list[str], features: np.ndarray) -> Source:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, X=features, filenames=np.array(clips))
    return Source(path.stem, path, NpzArchive())


def table(path: Path, text: str) -> Source:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return Source(path.stem, path, CsvTable())


def folder(path: Path, frames: dict[str, np.ndarray]) -> Source:
    path.mkdir(parents=True)
    for clip, array in frames.items():
        np.save(path / f"{clip}.npy", array)
    return Source(path.name, path, ClipFolder())


def read(source: Source, clips: str = "ABCD", aggregate: str = "stats7") -> SourceFeatures:
    config = DataConfig.model_validate({"aggregate": aggregate, "jobs": 1})
    return source.reader.read(source, Request(frozenset(clips).__contains__, config))


def refusal(source: Source) -> str:
    with pytest.raises(DataError) as caught:
        read(source)
    assert "--encoder NAME=PATH" in caught.value.fix
    return caught.value.message


def test_one_source_keeps_its_reader_under_the_new_name(tmp_path: Path) -> None:
    source = joined("hubert", [npz(tmp_path / "hubert_train.npz", ["A"], np.ones((1, 2)))])
    assert (source.name, source.parts, source.paths) == ("hubert", (), (tmp_path / "hubert_train.npz",))
    assert read(source).clips == ["A"]


def test_rows_of_two_files_follow_each_other(tmp_path: Path) -> None:
    train = npz(tmp_path / "train/x.npz", ["A", "B"], np.array([[1.0, 2.0], [3.0, 4.0]]))
    test = npz(tmp_path / "test/x.npz", ["C"], np.array([[5.0, 6.0]]))
    source = joined("x", [train, test])
    result = read(source)
    assert (source.paths, source.place) == ((train.path, test.path), f"{train.path} and {test.path}")
    assert (result.clips, result.features.tolist()) == (["A", "B", "C"], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert source.reader.clips_of(source) == ["A", "B", "C"]


def test_a_checksum_is_that_of_what_is_read_in_any_order(tmp_path: Path) -> None:
    train, test = (npz(tmp_path / f"{clip}.npz", [clip], np.ones((1, 2))) for clip in "AB")
    source, request = joined("x", [train, test]), Request("AB".__contains__, DataConfig())
    before = source.reader.sha256(source, request)
    turned = joined("x", [test, train])
    assert before == read(source).sha256 == turned.reader.sha256(turned, request)
    npz(tmp_path / "B.npz", ["B"], np.zeros((1, 2)))
    assert source.reader.sha256(source, request) != before


def test_folders_are_read_as_one(tmp_path: Path) -> None:
    frames = {clip: np.full((2, 3), value, dtype=np.float32) for value, clip in enumerate("ABC")}
    whole = folder(tmp_path / "whole", frames)
    halves = [folder(tmp_path / name, {c: frames[c] for c in clips}) for name, clips in (("x_1", "AB"), ("x_2", "C"))]
    source = joined("x", halves)
    assert isinstance(source.reader, ClipFolder)
    result, expected = read(source), read(whole)
    assert (result.clips, result.sha256) == (expected.clips, expected.sha256)
    assert result.features.tobytes() == expected.features.tobytes()


def test_statistics_and_frames_are_one_encoder(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    train = npz(tmp_path / "train.npz", ["A", "B"], np.stack([stats7(frames), stats7(2 * frames)]))
    source = joined("x", [train, folder(tmp_path / "test", {"C": frames})])
    result = read(source)
    assert (result.clips, result.aggregate) == (["A", "B", "C"], "stats7")
    assert result.features[2].tobytes() == stats7(frames).tobytes()
    assert "same width, got 21 in" in refusal(joined("x", [train, folder(tmp_path / "d", {"D": np.ones(3)})]))


def test_clips_in_both_are_named_with_both_paths(tmp_path: Path) -> None:
    first, second = (npz(tmp_path / f"{n}/x.npz", ["A", n, "foreign"], np.ones((3, 2))) for n in "BC")
    message = refusal(joined("x", [first, second]))
    assert f"got 1 in both {first.path} and {second.path}: A" in message
    folders = [folder(tmp_path / name, {"A": np.ones(2)}) for name in ("e", "f")]
    assert f"got 1 in both {folders[0].path} and {folders[1].path}: A" in refusal(joined("x", folders))


def test_a_stranger_in_both_is_no_conflict(tmp_path: Path) -> None:
    parts = [npz(tmp_path / f"{n}.npz", [n, "foreign"], np.full((2, 1), value)) for value, n in enumerate("AB")]
    result = read(joined("x", parts))
    assert (result.clips, result.features.ravel().tolist()) == (["A", "foreign", "B"], [0.0, 0.0, 1.0])


def test_columns_are_matched_by_name(tmp_path: Path) -> None:
    first = table(tmp_path / "train.csv", "filename,F0,jitter\nA,1,2\n")
    second = table(tmp_path / "test.csv", "filename,jitter,F0,emotion_1\nB,4,3,ang\n")
    result = read(joined("x", [first, second]))
    assert (result.columns, result.features.tolist()) == (("F0", "jitter"), [[1.0, 2.0], [3.0, 4.0]])
    assert result.left_out == ("emotion_1",)
    other = table(tmp_path / "other.csv", "filename,F0,shimmer\nC,1,2\n")
    message = refusal(joined("x", [first, other]))
    assert f"jitter in {first.path} and shimmer in {other.path} alone" in message


def test_progress_counts_on(tmp_path: Path) -> None:
    calls: list[int] = []
    frames = {clip: np.ones((2, 2)) for clip in "AB"}
    parts = [npz(tmp_path / "x.npz", ["C"], np.ones((1, 14))), folder(tmp_path / "y", frames)]
    source = joined("x", parts)
    assert isinstance(source.reader, JoinedSource)
    source.reader.read(source, Request("ABC".__contains__, DataConfig(jobs=1), calls.append))
    assert calls == [1, 3]
