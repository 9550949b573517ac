"""Columns of tables and CSV files: clip names, features, metadata and bookkeeping; which become features."""

import io
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.records import SourceFeatures

CLIP_COLUMNS: Final = ("filename", "file", "clip", "clip_name", "name")
"""Names, in lower case, of the column that names the clip of a row; the first that is present counts."""

METADATA_COLUMNS: Final = frozenset(
    [
        *("video_id", "actor", "mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"),
        *("intensity_level", "situation", "version", "fold", "split", "label"),
    ]
)
"""Columns, in lower case, that are never features: most of them would give the label away."""

BOOKKEEPING: Final = frozenset(
    ["", "frame", "face_id", "timestamp", "confidence", "success", "start", "end", "time", "file", "filename"]
)
"""Columns, in lower case, that give the origin of a row and are not features."""

TABLE_FIX: Final = f"Write a table with a column {CLIP_COLUMNS[0]} and a row of numbers for each clip."

_UNNAMED: Final = re.compile(r"unnamed: *\d+", re.IGNORECASE)


def is_bookkeeping(column: str) -> bool:
    """Whether a column gives the origin of a row.

    Examples:
        >>> is_bookkeeping("Face_ID"), is_bookkeeping("Unnamed: 0"), is_bookkeeping("AU01_r")
        (True, True, False)
    """
    return column.lower() in BOOKKEEPING or _UNNAMED.fullmatch(column) is not None


def clip_column(columns: Iterable[str]) -> str | None:
    """The column that names the clip of a row; none if there is none."""
    by_lower_case = {name.lower(): name for name in columns}
    return next((by_lower_case[name] for name in CLIP_COLUMNS if name in by_lower_case), None)


def feature_columns(columns: Iterable[str]) -> list[str]:
    """The columns of a table that can be features by their names."""
    taken = {*CLIP_COLUMNS, *METADATA_COLUMNS}
    return [name for name in columns if name.lower() not in taken and not is_bookkeeping(name)]


def is_feature_table(columns: list[str]) -> bool:
    """Whether columns are those of a table with features; none, of a file that cannot be read, count as such."""
    return not columns or (clip_column(columns) is not None and bool(feature_columns(columns)))


def csv_columns(path: Path) -> list[str]:
    """The column names of a CSV file, without reading its rows; none if they cannot be read."""
    try:
        names = list(pd.read_csv(path, nrows=0, skipinitialspace=True).columns)
    except Exception:  # reading the file as a source names what is wrong with it
        return []
    return [str(name).strip() for name in names]


def read_csv(content: bytes, *, header: int | None = 0, names: list[str] | None = None) -> pd.DataFrame:
    """Parses a CSV file with or without a header; `round_trip` reads what Python's `float` would."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # raised where fields would be dropped
        return pd.read_csv(
            io.BytesIO(content),
            header=header,
            names=names,
            index_col=False,
            skipinitialspace=True,
            float_precision="round_trip",
            low_memory=False,
        )


def features_of_frame(frame: pd.DataFrame, path: Path) -> SourceFeatures:
    """Takes the features of a table with a row for each clip.

    Metadata columns, bookkeeping columns and columns that are not of numbers are left out.

    Returns:
        N clip names as they stand, and features (N, D) in float64.

    Raises:
        DataError: If there is no clip column, no row or no feature column, or text among the numbers of a column.
    """
    frame = frame.rename(columns=lambda name: str(name).strip())
    column = clip_column(frame.columns)
    if column is None:
        raise DataError(
            f"{path} must have one of the columns {', '.join(CLIP_COLUMNS)}, got {listed(list(frame.columns))}",
            fix=TABLE_FIX,
        )
    candidates = feature_columns(frame.columns)
    features = [name for name in candidates if frame[name].dtype.kind in "fiu"]
    _check_no_stray_text(frame, column, set(candidates) - set(features), path)
    if frame.empty or not features:
        raise DataError(
            f"{path} must have clips and feature columns of numbers, got {len(frame)} rows of {len(features)} such "
            "columns",
            fix=TABLE_FIX,
        )
    return SourceFeatures(
        clips=["" if pd.isna(name) else str(name) for name in frame[column]],
        features=frame[features].to_numpy(np.float64, na_value=np.nan),
        columns=tuple(features),
        left_out=tuple(name for name in frame.columns if name not in {column, *features}),
    )


def _check_no_stray_text(frame: pd.DataFrame, clip: str, text_columns: set[str], path: Path) -> None:
    """Refuses a column of numbers with some cells of text: it would be lost as a whole."""
    for name in sorted(text_columns):
        numbers = pd.to_numeric(frame[name].astype(str), errors="coerce")
        if numbers.notna().any():
            row = int(numbers.isna().to_numpy().argmax())
            raise DataError(
                f"{path}: a feature column must hold numbers, got {str(frame[name].iloc[row])[:60]!r} in column {name}"
                f" of clip {frame[clip].iloc[row]}",
                fix="Correct the cell, or remove the column.",
            )
