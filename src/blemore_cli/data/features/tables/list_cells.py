"""Cells of a table that hold a list of numbers, as a column `embedding` does: vectors [D] or frames [T, D]."""

import json
import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Floats

_LIST: Final = re.compile(r"\s*(?:np\.)?(?:(?:array|tensor)\()?\s*[\[(].*[\])]\s*", re.DOTALL)
_AROUND: Final = re.compile(r"\s*(?:np\.)?(?:array|tensor)?\(?\s*(\[.*\]|\(.*\)).*", re.DOTALL)
_SCALAR: Final = re.compile(r"(?:np|numpy)\.float\d+\(([^()]*)\)")
_FIX: Final = "Write a column for each number, or a list of numbers of one length in each cell."


def is_list(cell: object) -> bool:
    """Whether a cell holds a list, as an object or as text.

    Examples:
        >>> is_list([0.5, 1]), is_list("[0.5, 1]"), is_list("array([0.5 1.0])"), is_list("a [b]")
        (True, True, True, False)
    """
    if isinstance(cell, str):
        return _LIST.fullmatch(cell) is not None
    return isinstance(cell, list | tuple | np.ndarray)


def numbers_of(cell: object) -> Floats:
    r"""The numbers of a cell with a list, (D,) or (T, D); of text in Python's, JSON's or NumPy's notation.

    Raises:
        ValueError: If it is not a rectangular list of numbers, or NumPy's text leaves numbers out.

    Examples:
        >>> numbers_of("[0.5, nan]").tolist(), numbers_of("[[1. 2.]\n [3. 4.]]").tolist()
        ([0.5, nan], [[1.0, 2.0], [3.0, 4.0]])
    """
    array = _parsed(cell) if isinstance(cell, str) else _stacked(cell)
    if array.dtype.kind not in "fiub" or array.ndim not in {1, 2}:
        raise ValueError("it is not a list of numbers, or a list of such lists of one length")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _stacked(cell: Any) -> np.ndarray:
    """An array of a list, or of Arrow's array of arrays."""
    array = np.asarray(cell)
    if array.dtype == object and array.size and all(is_list(row) for row in array.flat):
        array = np.stack([np.asarray(row) for row in array.flat])
    return array.astype(np.float64) if array.dtype == object else array


def _parsed(text: str) -> np.ndarray:
    if "..." in text:
        raise ValueError("NumPy has shortened it with ..., and the numbers are not in the file")
    text = _SCALAR.sub(r"\1", text)
    listed = _AROUND.sub(r"\1", text).replace("(", "[").replace(")", "]")
    try:
        return np.asarray(json.loads(re.sub(r"\bnan\b|\bNone\b|\bnull\b", "NaN", listed)), dtype=np.float64)
    except (ValueError, TypeError):
        rows = [row.replace(",", " ").split() for row in re.findall(r"\[([^\[\]]*)\]", listed)]
        numbers = np.array(rows, dtype=np.float64)
        return numbers if listed.lstrip().startswith("[[") else numbers[0]


def list_columns(frame: pd.DataFrame) -> list[str]:
    """The columns whose first cell that is not empty holds a list."""
    names = [name for name, dtype in frame.dtypes.items() if dtype.kind not in "fiubmM"]
    firsts = ((str(name), frame[name].dropna().head(1)) for name in names)
    return [name for name, cells in firsts if len(cells) and is_list(cells.iloc[0])]


def numbered_columns(frame: pd.DataFrame, lists: list[str], clips: list[str], path: Path) -> pd.DataFrame:
    """A table in which a column with lists [D] or [1, D] has become D columns `NAME_0`, `NAME_1`...

    Raises:
        DataError: If a cell is no list of numbers, or lists differ in length; naming the clip.
    """
    if not lists:
        return frame
    parts, start = [], 0
    for position, name in enumerate(frame.columns):
        if name in lists:
            parts += [frame.iloc[:, start:position], _numbered(frame, name, clips, path)]
            start = position + 1
    return pd.concat([*parts, frame.iloc[:, start:]], axis=1)


def _numbered(frame: pd.DataFrame, name: str, clips: list[str], path: Path) -> pd.DataFrame:
    rows = [row.ravel() for row in cell_arrays(frame, name, clips, path)]
    widths = [len(row) for row in rows]
    if len(set(widths)) > 1:
        other = next(position for position, width in enumerate(widths) if width != widths[0])
        raise DataError(
            f"{path}: the lists in column {name} must have one length, got {widths[0]} for {clips[0]} and "
            f"{widths[other]} for {clips[other]}",
            fix=_FIX,
        )
    columns = [f"{name}_{position}" for position in range(widths[0] if widths else 0)]
    return pd.DataFrame(np.stack(rows), columns=pd.Index(columns), index=frame.index)


def cell_arrays(frame: pd.DataFrame, name: str, clips: list[str], path: Path) -> list[Floats]:
    """The arrays of a column with lists; an empty cell or list is NaN in the width of the first.

    Raises:
        DataError: If a cell is no list of numbers; naming the clip, or the row.
    """
    arrays: list[Floats | None] = []
    for cell, clip in zip(frame[name], clips, strict=True):
        try:
            is_empty = cell is None or (isinstance(cell, float | str) and (cell != cell or not str(cell).strip()))
            array = None if is_empty else numbers_of(cell)
            arrays.append(None if array is None or array.size == 0 else array)
        except (ValueError, TypeError) as error:
            raise DataError(f"{path}: column {name}, {clip}: a list must hold numbers: {error}", fix=_FIX) from None
    first = next((array for array in arrays if array is not None), np.full(1, np.nan))
    return [np.full((1, first.shape[-1])[2 - first.ndim :], np.nan) if array is None else array for array in arrays]
