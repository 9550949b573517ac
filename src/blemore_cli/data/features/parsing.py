"""Checks that all parsers of feature files share."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.core.files import read_bytes
from blemore_cli.core.types import Floats


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


def checked_numbers(array: np.ndarray, path: Path, *, dimensions: tuple[int, ...], fix: str) -> Floats:
    """Refuses what is not an array of real numbers with a permitted number of dimensions, of one row or more.

    Where one row [D] is permitted, as in a file of one clip, the array may have no row: the clip has no frame.

    Returns:
        The array in native byte order, C-contiguous: the layout in memory decides the rounding of NumPy's sums.

    Raises:
        DataError: If the type, the number of dimensions or the size is wrong.
    """
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > np.dtype(np.float64).itemsize:
        raise DataError(f"{path} must hold real numbers, got {shape_and_type(array)}", fix=fix)
    may_be_empty = 1 in dimensions and len(array.shape) > 0 and len(array) == 0
    if array.ndim not in dimensions or (array.size == 0 and not may_be_empty):
        expected = " or ".join("[D]" if n == 1 else "[T, D]" if 1 in dimensions else "[N, D]" for n in dimensions)
        raise DataError(f"{path} must have the shape {expected}, not empty, got {shape_and_type(array)}", fix=fix)
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))


def shape_and_type(array: np.ndarray) -> str:
    """The shape and the type of an array, for messages, as `[2, 3] of float32`."""
    return f"{list(array.shape)} of {array.dtype.name if array.dtype.names is None else 'records'}"
