from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.aggregate import stats7
from blemore_cli.data.features.folder import folder_sha256, read_folder
from blemore_cli.data.features.readers.frame_csv import FrameCsv
from blemore_cli.data.features.readers.npy import NpyFile
from blemore_cli.data.features.records import ClipFeatures

Files = dict[str, Path]
NPY, CSV = NpyFile().read, FrameCsv().read


def folder_of(path: Path, arrays: dict[str, np.ndarray]) -> Files:
    path.mkdir()
    for clip, array in arrays.items():
        np.save(path / f"{clip}.npy", array)
    return {clip: path / f"{clip}.npy" for clip in arrays}


def frames_of(n: int, *, width: int = 3) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {f"A{i:02d}": rng.normal(size=(i + 1, width)).astype(np.float32) for i in range(n)}


def csv_files(path: Path, texts: dict[str, str]) -> Files:
    for clip, text in texts.items():
        (path / f"{clip}.csv").write_text(text)
    return {clip: path / f"{clip}.csv" for clip in texts}


def test_frames_are_aggregated_and_rows_taken_as_they_are(tmp_path: Path) -> None:
    frames = frames_of(20)
    result = read_folder(folder_of(tmp_path / "frames", frames), NPY, aggregate="stats7", jobs=1)
    assert np.array_equal(result.features, np.stack([stats7(array) for array in frames.values()]))
    assert result.aggregate == "stats7"
    rows = {clip: array[0] for clip, array in frames.items()}
    static = read_folder(folder_of(tmp_path / "static", rows), NPY, aggregate="stats7", jobs=1)
    assert np.array_equal(static.features, np.stack([*rows.values()]))
    assert static.aggregate == "static"


def test_batches_are_counted_and_in_order(tmp_path: Path) -> None:
    calls: list[int] = []
    files = folder_of(tmp_path / "f", frames_of(40))
    result = read_folder(files, NPY, aggregate="mean", jobs=1, done=calls.append)
    assert (result.clips, calls) == ([*files], [32, 40])
    assert result.sha256 == folder_sha256(files, jobs=1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_rows_of_all_batches_are_one_matrix_also_where_some_come_with_their_clips(tmp_path: Path, jobs: int) -> None:
    frames = frames_of(100)
    frames["A50"] = frames["A50"][:0]  # no frame, so that its batch is not left in the file of rows
    result = read_folder(folder_of(tmp_path / "f", frames), NPY, aggregate="stats7", jobs=jobs)
    expected = {clip: stats7(array) for clip, array in frames.items() if len(array)}
    assert result.clips == [*expected]
    assert result.no_frame_left == ("A50",)
    assert np.array_equal(result.features, np.stack([*expected.values()]))


def test_csv_files_with_one_row_count_as_the_rest_do(tmp_path: Path) -> None:
    static = read_folder(csv_files(tmp_path, {"A": "a,b\n1,2\n", "B": "a,b\n3,4\n"}), CSV, aggregate="stats7", jobs=1)
    assert static.features.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    mixed = read_folder(csv_files(tmp_path, {"A": "a,b\n1,2\n", "B": "a,b\n3,4\n5,6\n"}), CSV, aggregate="mean", jobs=1)
    assert mixed.features.tolist() == [[1.0, 2.0], [4.0, 5.0]]
    assert (static.aggregate, mixed.aggregate) == ("static", "mean")


def test_arrays_with_one_row_count_as_the_rest_do(tmp_path: Path) -> None:
    shapes: dict[str, list[tuple[int, ...]]] = {
        "frames": [(1, 3), (2, 3)],
        "rows": [(1, 3), (3,)],
        "batches": [(1, 3), (1, 1, 3)],
    }
    results = {
        name: read_folder(
            folder_of(tmp_path / name, {clip: np.ones(shape) for clip, shape in zip("AB", pair, strict=True)}),
            NPY,
            aggregate="stats7",
            jobs=1,
        )
        for name, pair in shapes.items()
    }
    assert {name: (result.features.shape, result.aggregate) for name, result in results.items()} == {
        "frames": ((2, 21), "stats7"),
        "rows": ((2, 3), "static"),
        "batches": ((2, 3), "static"),
    }
    assert results["rows"].notes == ("1 arrays [1, D] are read as the one row of their clips",)
    assert results["batches"].notes[0] == "1 axes of length one dropped, one a clip"


def test_axes_of_length_one_are_dropped_and_noted(tmp_path: Path) -> None:
    frames = frames_of(4)
    shapes = [(-1, 1, 3), (1, -1, 3), (1, -1, 1, 3), (-1, 3)]
    arrays = {clip: a.reshape(shape) for (clip, a), shape in zip(frames.items(), shapes, strict=True)}
    result = read_folder(folder_of(tmp_path / "f", arrays), NPY, aggregate="stats7", jobs=1)
    assert np.array_equal(result.features, np.stack([stats7(array) for array in frames.values()]))
    assert result.notes == ("3 axes of length one dropped, one a clip",)


def test_checksum_follows_names_and_bytes(tmp_path: Path) -> None:
    files = folder_of(tmp_path / "f", frames_of(3))
    before = folder_sha256(files, jobs=1)
    assert folder_sha256(dict(reversed(files.items())), jobs=1) == before
    np.save(files["A01"], np.ones((1, 3)))
    assert folder_sha256(files, jobs=1) != before


def test_disagreeing_files_are_named(tmp_path: Path) -> None:
    arrays: dict[str, np.ndarray] = {"A": np.ones((2, 3)), "B": np.ones((2, 3)), "C": np.ones((2, 4))}
    with pytest.raises(DataError, match=r"same width, got 4 for C and 3 for the other 2"):
        read_folder(folder_of(tmp_path / "w", arrays), NPY, aggregate="mean", jobs=1)
    arrays = {"A": np.ones((2, 3)), "B": np.ones(3)}
    with pytest.raises(DataError, match=r"\[T, D\] for A and \[D\] for B"):
        read_folder(folder_of(tmp_path / "m", arrays), NPY, aggregate="mean", jobs=1)
    with pytest.raises(DataError, match=r"same columns, got"):
        read_folder(csv_files(tmp_path, {"A": "a,b\n1,2\n", "B": "b,a\n3,4\n"}), CSV, aggregate="mean", jobs=1)
    with pytest.raises(DataError, match=r"A\.npy: aggregate none takes one row a clip, got 2 frames"):
        read_folder(folder_of(tmp_path / "n", {"A": np.ones((2, 3))}), NPY, aggregate="none", jobs=1)


def test_clips_without_a_frame_are_not_among_the_features(tmp_path: Path) -> None:
    files = folder_of(tmp_path / "f", {"A": np.ones((2, 3)), "B": np.ones((0, 3)), "C": np.ones(0)})
    result = read_folder(files, NPY, aggregate="mean", jobs=1)
    assert (result.clips, result.features.shape, result.no_frame_left) == (["A"], (1, 3), ("B", "C"))
    assert result.sha256 == folder_sha256(files, jobs=1)
    with pytest.raises(DataError, match="frame of at least one clip, got none for B"):
        read_folder({"B": files["B"]}, NPY, aggregate="mean", jobs=1)


def test_notes_of_clips_are_summed(tmp_path: Path) -> None:
    counts = {"A": {"frames left out": 3, "axes dropped": 1}, "B": {"axes dropped": 1}, "C": {"frames left out": 1}}
    result = read_folder(
        {clip: tmp_path / clip for clip in counts},
        lambda path: ClipFeatures(np.ones(2), notes=counts[path.name]),
        aggregate="mean",
        jobs=1,
    )
    assert result.notes == ("4 frames left out, in 2 clips", "2 axes dropped, one a clip")


def test_values_beyond_float32_become_infinite(tmp_path: Path) -> None:
    result = read_folder(folder_of(tmp_path / "f", {"A": np.full((2, 1), 1e300)}), NPY, aggregate="mean", jobs=1)
    assert np.isinf(result.features).all()
