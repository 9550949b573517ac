"""CSV text as a table: column names, numbers, and clip names as text."""

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from blemore_cli.data.exact_csv import read_exact_csv
from blemore_cli.data.features.columns import CLIP_COLUMNS
from blemore_cli.data.features.tables.clip_cells import check_not_turned, clip_of, column_of_clips
from blemore_cli.data.features.tables.compression import head
from blemore_cli.data.features.tables.csv_dialect import plain_csv
from blemore_cli.data.foreign import FileKind, kind_of

NAN_TEXTS: Final = (
    *("?", "-nan(ind)", "nan(ind)", "-nan(snan)", "nan(snan)"),
    *("-1.#IND0", "-1.#IND00", "1.#QNAN0", "-1.#QNAN0"),
)
"""Texts that stand for no number, beside those that pandas knows: of ARFF, and of programs built for Windows."""

_MOST_REPEATED: Final = 20_000
_N_HEAD_BYTES: Final = 1 << 20
_N_BYTES_OF_TWO_LINES: Final = 1 << 16


def read_csv(content: bytes, *, header: int | None = 0, names: list[str] | None = None) -> pd.DataFrame:
    """Parses comma-separated text with or without a header.

    Raises:
        ValueError: If it is none, or repeats the name of a column very often, which takes pandas quadratic time.
    """
    if header is not None:
        cells = content.split(b"\n", 1)[0].split(b",")
        if len(cells) - len(set(cells)) > _MOST_REPEATED:
            raise ValueError(f"its first line repeats names of columns, of {len(cells):,} in all")
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # raised where fields would be dropped
        return read_exact_csv(
            io.BytesIO(content),
            header=header,
            names=names,
            index_col=False,
            skipinitialspace=True,
            low_memory=False,
            na_values=list(NAN_TEXTS),
        )


def head_of(path: Path, n_bytes: int = _N_HEAD_BYTES) -> bytes:
    """The first lines of a text table in any dialect, compressed or not, comma-separated; none if unreadable."""
    try:
        start = head(path, n_bytes)
        return plain_csv(start, is_cut=len(start) == n_bytes)
    except Exception:  # reading the file as a source names what is wrong with it
        return b""


def foreign_kind(path: Path) -> FileKind | None:
    """The kind of a file that is no text table, compressed or not; none for one that may be a text table."""
    kind = kind_of(head(path, 4096))
    return None if kind is not None and ".arff" in kind.suffixes else kind


def csv_columns(path: Path) -> list[str]:
    """The column names of a CSV file in any dialect, without reading its rows; none if they cannot be read."""
    try:
        return _names(read_csv(head_of(path).split(b"\n", 1)[0]))
    except Exception:  # reading the file as a source names what is wrong with it
        return []


def holds_numbers(path: Path) -> bool:
    """Whether the rows of a text file are mostly numbers, as those of a table are and those of a transcript are not."""
    row = head_of(path, _N_BYTES_OF_TWO_LINES).decode().split("\n")[1:2]
    cells = pd.Series(row[0].split(",") if row else [], dtype=str)
    return bool(pd.to_numeric(cells, errors="coerce").notna().mean() >= 0.5)


def table_of_clips(content: bytes, path: Path, is_clip: Callable[[str], bool]) -> tuple[pd.DataFrame, str | None]:
    """Parses comma-separated text with a row for each clip.

    Args:
        content: The text, with or without a header.
        path: Its file.
        is_clip: Whether a name is that of a clip.

    Returns:
        The table with the clip names as they stand in the text, and the name of their column.

    Raises:
        DataError: If the clips are the columns.
    """
    frame = read_csv(content)
    frame.columns = pd.Index(_names(frame))
    header: int | None = 0
    if sum(is_clip(clip_of(name)) for name in frame.columns) == 1:  # the first row has been taken for a header
        header, frame = None, read_csv(content, header=None).rename(columns=str)
    check_not_turned(frame.columns, path, is_clip)
    cells = _cells(content, frame, header)
    column = column_of_clips(cells, is_clip)
    return (frame if column is None else frame.assign(**{column: cells[column]})), column


def _names(frame: pd.DataFrame) -> list[str]:
    return [str(name).strip().strip("'\"").strip() for name in frame.columns]


def _cells(content: bytes, frame: pd.DataFrame, header: int | None) -> pd.DataFrame:
    """The columns that may hold clip names, as text: the first, those of usual names, and those of no real numbers."""
    may_hold_names = [
        position
        for position, name in enumerate(frame.columns)
        if position == 0 or name.lower() in CLIP_COLUMNS or frame.iloc[:, position].dtype.kind not in "fb"
    ]
    cells = pd.read_csv(
        io.BytesIO(content),
        header=header,
        index_col=False,
        skipinitialspace=True,
        usecols=may_hold_names,
        dtype=str,
        na_filter=False,
    )
    cells.columns = frame.columns[may_hold_names]
    return cells
