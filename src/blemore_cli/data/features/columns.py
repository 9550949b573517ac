"""Columns of tables and CSV files: clip names, features, metadata and bookkeeping."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pandas as pd

CLIP_COLUMNS: Final = ("filename", "file", "clip", "clip_name", "name")
"""Names, in lower case, of the column that names the clip of a row; the first that is present counts."""

METADATA_COLUMNS: Final = frozenset(
    [
        *("video_id", "actor", "mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"),
        *("intensity_level", "situation", "version", "fold", "split", "label", "start", "end"),
    ]
)
"""Columns, in lower case, that are never features: most of them would give the label away."""

BOOKKEEPING: Final = frozenset(
    ["", "frame", "face_id", "timestamp", "confidence", "success", "start", "end", "time", "file", "filename"]
)
"""Columns, in lower case, that give the origin of a row and are not features."""

_UNNAMED: Final = re.compile(r"unnamed: *\d+", re.IGNORECASE)


def is_bookkeeping(column: str) -> bool:
    """Whether a column gives the origin of a row.

    Examples:
        >>> is_bookkeeping("Face_ID"), is_bookkeeping("Unnamed: 0"), is_bookkeeping("AU01_r")
        (True, True, False)
    """
    return column.lower() in BOOKKEEPING or _UNNAMED.fullmatch(column) is not None


def clip_column(columns: Iterable[str]) -> str | None:
    """The column that names the clip of a row.

    Examples:
        >>> clip_column(["F0", "Filename", "name"])
        'Filename'
        >>> clip_column(["F0"]) is None
        True
    """
    by_lower_case = {name.lower(): name for name in columns}
    return next((by_lower_case[name] for name in CLIP_COLUMNS if name in by_lower_case), None)


def feature_columns(columns: Iterable[str]) -> list[str]:
    """The columns of a table that can be features by their names.

    Examples:
        >>> feature_columns(["filename", "fold", "emotion_1", "F0_mean"])
        ['F0_mean']
    """
    taken = {*CLIP_COLUMNS, *METADATA_COLUMNS}
    return [name for name in columns if name.lower() not in taken and not is_bookkeeping(name)]


def is_feature_table(columns: list[str]) -> bool:
    """Whether columns are those of a table with features; none, of a file that cannot be read, count as such.

    Examples:
        >>> is_feature_table(["filename", "F0_mean"]), is_feature_table(["filename", "fold"]), is_feature_table([])
        (True, False, True)
    """
    return not columns or (clip_column(columns) is not None and bool(feature_columns(columns)))


def csv_columns(path: Path) -> list[str]:
    """The column names of a CSV file, without reading its rows; none if they cannot be read.

    Examples:
        >>> csv_columns(Path("missing.csv"))
        []
    """
    try:
        names = list(pd.read_csv(path, nrows=0, skipinitialspace=True).columns)
    except Exception:  # reading the file as a source names what is wrong with it
        return []
    return [str(name).strip() for name in names]
