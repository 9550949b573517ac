"""Checks that all parsers of feature files share."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.core.files import read_bytes
from blemore_cli.core.types import Floats
from blemore_cli.data.features.records import ONE_COLUMN, SINGLE_AXES, ClipFeatures, SourceFeatures


def bytes_of(path: Path) -> bytes:
    """The bytes of a feature file.

    Raises:
        DataError: If the file is missing, unreadable or empty.
    """
    content = read_bytes(path, "feature file", DataError)
    if not content:
        raise DataError(f"{path} must hold features, got an empty file", fix="Extract the features of this file again.")
    return content


@contextmanager
def reading(path: Path, requirement: str, fix: str) -> Iterator[None]:
    """Turns whatever a parser raises on a damaged or hostile file into an error that names the file and its rule.

    Raises:
        DataError: In place of any other exception; errors of this package pass as they are.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except BlemoreError:
        raise
    except Exception as error:
        reason = "".join(filter(str.isprintable, next(iter(str(error).splitlines()), "")))[:120] or type(error).__name__
        if type(error).__name__ == "UnpicklingError":  # torch's words advise to load it all the same
            reason = "it holds something other than tensors, which loading would have to execute"
        raise DataError(f"{path} must be {requirement}: {reason}", fix=fix) from error


def without_single_axes(array: np.ndarray, *, n_rows: int | None = None) -> np.ndarray:
    """Drops the axes of length one of an array with more than two axes: what is left is [T, D], or one row [1, D].

    An array of one or two axes says what it is and stays: [T, 1] are frames of one column.

    Args:
        array: Numbers of any shape.
        n_rows: Number N of the rows that the array must have, for tables [N, D].

    Examples:
        >>> [without_single_axes(np.ones(shape)).shape for shape in ((9, 1, 4), (1, 9, 1, 4), (1, 1, 4), (4, 1))]
        [(9, 4), (9, 4), (1, 4), (4, 1)]
        >>> without_single_axes(np.ones((3, 1, 1)), n_rows=3).shape
        (3, 1)
    """
    if array.ndim <= 2:
        return array
    shape = [length for length in array.shape if length != 1]
    if len(shape) < 2:
        n_rows = n_rows or 1
        shape = [n_rows, array.size // n_rows] if array.size % n_rows == 0 else [array.size, 1]
    return array.reshape(shape)


def checked_clip(clip: ClipFeatures, path: Path, *, fix: str) -> ClipFeatures:
    """The features of a clip as [T, D] or [D], with a note where axes of length one are dropped; none may be there.

    Raises:
        DataError: As `checked_numbers`.
    """
    array = without_single_axes(clip.features)
    notes = clip.notes if array.ndim == clip.features.ndim else {**clip.notes, SINGLE_AXES: 1}
    if array.ndim == 2 and array.shape[1] == 1 < len(array) and not clip.columns:
        notes = {**notes, ONE_COLUMN: len(array)}
    return replace(clip, features=checked_numbers(array, path, dimensions=(1, 2), fix=fix), notes=notes)


def checked_table(table: SourceFeatures, path: Path, *, fix: str) -> SourceFeatures:
    """The features of a table as [N, D], a row for each of its clips, with a note where axes of length one are dropped.

    Raises:
        DataError: As `checked_numbers`, or if there are more or fewer rows than clips.
    """
    array = without_single_axes(table.features, n_rows=len(table.clips))
    features = checked_numbers(array, path, dimensions=(2,), fix=fix)
    if len(table.clips) != len(features):
        raise DataError(
            f"{path} must have a row for each clip, got {len(features)} rows and {len(table.clips)} clips",
            fix="Write both again from the same list of clips.",
        )
    single = f"{SINGLE_AXES}: {list(table.features.shape)} is read as {list(array.shape)}"
    notes = table.notes if array.ndim == table.features.ndim else (*table.notes, single)
    return replace(table, features=features, notes=notes)


def checked_numbers(array: np.ndarray, place: object, *, dimensions: tuple[int, ...], fix: str) -> Floats:
    """Refuses what is not an array of real numbers with a permitted number of dimensions, of one row or more.

    Where one row [D] is permitted, as in a file of one clip, the array may have no row: the clip has no frame.

    Args:
        array: Of any type and shape.
        place: The file, or the place in it, for messages.
        dimensions: Permitted numbers of axes.
        fix: What to do where it is refused.

    Returns:
        The array in native byte order, C-contiguous: the layout in memory decides the rounding of NumPy's sums.

    Raises:
        DataError: If the type, the number of dimensions or the size is wrong.
    """
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > np.dtype(np.float64).itemsize:
        raise DataError(f"{place} must hold real numbers, got {shape_and_type(array)}", fix=fix)
    may_be_empty = 1 in dimensions and len(array.shape) > 0 and len(array) == 0
    if array.ndim not in dimensions or (array.size == 0 and not may_be_empty):
        expected = " or ".join("[D]" if n == 1 else "[T, D]" if 1 in dimensions else "[N, D]" for n in dimensions)
        is_layers = 1 in dimensions and array.ndim == 3 and array.size > 0
        raise DataError(
            f"{place} must have the shape {expected}, not empty, got {shape_and_type(array)}"
            + (f": {array.shape[0]} layers of a model, or segments" if is_layers else ""),
            fix=f"If these are layers, choose some with --layers 6-12, or their mean with --layers mean:6-12. {fix}"
            if is_layers
            else fix,
        )
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))


def stray_text(column: str, cell: str, path: Path | None = None) -> DataError:
    """The error of text among the numbers of a column."""
    return DataError(
        f"{f'{path}: ' if path else ''}a feature column must hold numbers, got {cell} in column {column}",
        fix=f"Correct the cell, or leave the column out: data.columns: {{ENCODER: {{leave_out: [{column}]}}}}.",
    )


def shape_and_type(array: np.ndarray) -> str:
    """The shape and the type of an array, for messages, as `[2, 3] of float32`."""
    return f"{list(array.shape)} of {array.dtype.name if array.dtype.names is None else 'records'}"
