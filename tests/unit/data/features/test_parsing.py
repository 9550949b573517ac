from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.parsing import bytes_of, checked_clip, checked_numbers, reading
from blemore_cli.data.features.records import ONE_COLUMN, ClipFeatures

PATH = Path("features/A.npy")


def test_missing_and_empty_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.npy").touch()
    for name, message in (("none.npy", "does not exist"), ("empty.npy", "empty file"), ("", "directory")):
        with pytest.raises(DataError, match=message):
            bytes_of(tmp_path / name)


def test_errors_of_a_parser_name_the_file_in_one_printable_line() -> None:
    with (
        pytest.raises(DataError, match=r"^features/A\.npy must be an array: first$") as caught,
        reading(PATH, "an array", "Fix."),
    ):
        raise ValueError("fi\x1brst\nsecond")
    assert caught.value.fix == "Fix."
    with pytest.raises(DataError, match=r"^as it is$"), reading(PATH, "an array", "Fix."):
        raise DataError("as it is")


@pytest.mark.parametrize("shape", [(0,), (0, 3)])
def test_only_a_clip_may_have_no_row(shape: tuple[int, ...]) -> None:
    assert checked_numbers(np.ones(shape), PATH, dimensions=(1, 2), fix="").shape == shape
    with pytest.raises(DataError, match="not empty"):
        checked_numbers(np.ones(shape), PATH, dimensions=(2,), fix="")
    with pytest.raises(DataError, match="not empty"):
        checked_numbers(np.ones((3, 0)), PATH, dimensions=(1, 2), fix="")


def test_frames_of_one_column_are_noted() -> None:
    clips = [
        ClipFeatures(np.ones(shape), columns) for shape, columns in (((4, 1), ()), ((4, 1), ("F0",)), ((1, 1), ()))
    ]
    assert [checked_clip(clip, PATH, fix="").notes for clip in clips] == [{ONE_COLUMN: 4}, {}, {}]


def test_expected_shapes_are_named() -> None:
    with pytest.raises(DataError, match=r"shape \[D\] or \[T, D\], not empty, got \[1, 1, 1\] of float64"):
        checked_numbers(np.ones((1, 1, 1)), PATH, dimensions=(1, 2), fix="")
    with pytest.raises(DataError, match=r"shape \[N, D\], not empty, got \[3\] of float64"):
        checked_numbers(np.ones(3), PATH, dimensions=(2,), fix="")
