"""Columns of tables and CSV files: the clip of a row, numbers, and text."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.evidence.names import evidence_among
from blemore_cli.data.features.parsing import stray_text
from blemore_cli.data.features.records import SourceFeatures

CLIP_COLUMNS: Final = (
    *("filename", "file", "clip", "clip_name", "name", "file_name", "clip_id", "video", "video_name", "video_file"),
    *("audio_file", "path", "file_path", "filepath", "video_path", "audio_path", "wav_path", "utterance_id", "utt_id"),
    "id",
)
"""Names, in lower case, of the column that names the clip of a row; the first that is present counts."""

TABLE_FIX: Final = f"Write a table with a column {CLIP_COLUMNS[0]} and a row of numbers for each clip."


def clip_column(columns: Iterable[str]) -> str | None:
    """The column that names the clip of a row; none if there is none."""
    by_lower_case = {name.lower(): name for name in columns}
    return next((by_lower_case[name] for name in CLIP_COLUMNS if name in by_lower_case), None)


def feature_columns(columns: Iterable[str]) -> list[str]:
    """The columns of a table that can be features by their names."""
    names = list(columns)
    return [name for name, is_evidence in zip(names, evidence_among(names), strict=True) if is_evidence]


def is_feature_table(columns: list[str]) -> bool:
    """Whether columns are those of a table with features; none, of a file that cannot be read, count as such."""
    return not columns or (clip_column(columns) is not None and bool(feature_columns(columns)))


def features_of_frame(frame: pd.DataFrame, path: Path, column: str | None = None) -> SourceFeatures:
    """Takes the numbers of a table with a row for each clip; columns that are not of numbers are left out.

    Args:
        frame: The table.
        path: Its file.
        column: The column of clip names; the one of the usual names if none is given.

    Returns:
        N clip names as they stand, and columns (N, W) in float64, of which some may be no evidence by their names.

    Raises:
        DataError: If there is no clip column, no row or no column of numbers.
    """
    frame = frame.rename(columns=lambda name: str(name).strip())
    column = clip_column(frame.columns) if column is None else column
    if column is None:
        raise DataError(
            f"{path} must have a column of clips, as {', '.join(CLIP_COLUMNS[:5])}, got {listed(list(frame.columns))}",
            fix=TABLE_FIX,
        )
    rows = frame.drop(columns=column)
    numbers, text, unreadable = numeric_columns(rows, lambda row: f"of {_clip_in_words(frame[column].iloc[row])}")
    if numbers.empty and unreadable:
        raise stray_text(*next(iter(unreadable.items())), path)
    if numbers.empty:
        raise DataError(
            f"{path} must have clips and feature columns of numbers, got {len(frame)} rows of {numbers.shape[1]} such "
            f"columns{_text_in(rows)}",
            fix=TABLE_FIX,
        )
    return SourceFeatures(
        clips=["" if pd.isna(name) else str(name) for name in frame[column]],
        features=numbers.to_numpy(np.float64, na_value=np.nan),
        columns=tuple(numbers.columns),
        left_out=text,
        unreadable=unreadable,
    )


def _clip_in_words(name: object) -> str:
    return f"clip {name}" if str(name) not in {"", "nan", "None"} else "a row without a clip's name"


def _text_in(rows: pd.DataFrame) -> str:
    """The first cell of the first column that could be a feature, for a message."""
    columns = feature_columns(rows.columns)
    if not columns or rows.empty:
        return ""
    cell = rows[columns[0]].iloc[0]
    words = "bytes, of which neither type nor shape is in the file" if isinstance(cell, bytes) else repr(str(cell)[:60])
    return f"; {columns[0]} holds {words}"


def numeric_columns(
    table: pd.DataFrame, place: Callable[[int], str]
) -> tuple[pd.DataFrame, tuple[str, ...], dict[str, str]]:
    """The columns of numbers of a table, those of text, and those that hold numbers and some text.

    Args:
        table: A table with unique column names.
        place: Words for the place of a row.

    Returns:
        The columns of numbers, with True and False as 1 and 0; the names of those of text; and of those of both the
        first cell of text, in words.
    """
    kinds = {str(name): dtype.kind for name, dtype in table.dtypes.items()}
    numbers = table[[name for name, kind in kinds.items() if kind in "fiub" or not len(table)]]
    booleans = {name: np.float64 for name, kind in kinds.items() if kind == "b"}
    others = {name: _first_text(table[name], place) for name in table.columns.difference(numbers.columns, sort=False)}
    mixed = {name: cell for name, cell in others.items() if cell}
    return numbers.astype(booleans) if booleans else numbers, tuple(name for name in others if name not in mixed), mixed


_OTHER_NOTATION: Final = re.compile(r"[+-]?\d{1,3}(?:[.,' ]\d{3})*(?:[.,]\d+)?(?: ?%)?")


def _in_other_notation(column: pd.Series, place: Callable[[int], str]) -> str | None:
    """The first cell of a column whose cells are numbers with a separator of thousands or a percent sign."""
    cells = column[column.notna()].map(str)
    if cells.empty or not cells.str.fullmatch(_OTHER_NOTATION.pattern).all():
        return None
    return f"{cells.iloc[0][:60]!r} {place(int(column.notna().to_numpy().argmax()))}"


def _first_text(column: pd.Series, place: Callable[[int], str]) -> str | None:
    """The first text among the numbers of a column, in words; none where no cell is a number."""
    is_number = pd.to_numeric(column.map(str), errors="coerce").notna().to_numpy()
    if not is_number.any():
        return _in_other_notation(column, place)
    row = int((~is_number & column.notna().to_numpy()).argmax())
    return f"{str(column.iloc[row])[:60]!r} {place(row)}"
