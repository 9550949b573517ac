"""Columns of tables and CSV files: clip names, features, metadata and bookkeeping; which become features."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.records import SourceFeatures

CLIP_COLUMNS: Final = (
    *("filename", "file", "clip", "clip_name", "name", "file_name", "clip_id", "video", "video_name", "video_file"),
    *(
        "audio_file",
        "path",
        "file_path",
        "filepath",
        "video_path",
        "audio_path",
        "wav_path",
        "utterance_id",
        "utt_id",
        "id",
    ),
)
"""Names, in lower case, of the column that names the clip of a row; the first that is present counts."""

METADATA_COLUMNS: Final = frozenset(
    [
        *("video_id", "actor", "mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"),
        *("intensity_level", "situation", "version", "fold", "split", "label"),
        *("seed", "run", "repeat", "repetition"),
    ]
)
"""Columns, in lower case, that are never features: most of them would give the label away."""

BOOKKEEPING: Final = frozenset(
    [
        *("", "name", "frame", "frametime", "face_id", "timestamp", "confidence", "success"),
        *("start", "end", "time", "file", "filename"),
    ]
)
"""Columns, in lower case, that give the origin of a row and are not features."""

NOMINAL: Final = "nominal: "
"""Start of the column names of an ARFF file's nominal attributes: classes, which are never features."""

TABLE_FIX: Final = f"Write a table with a column {CLIP_COLUMNS[0]} and a row of numbers for each clip."

_UNNAMED: Final = re.compile(r"unnamed: *\d+", re.IGNORECASE)


def is_bookkeeping(column: str) -> bool:
    """Whether a column gives the origin of a row.

    Examples:
        >>> is_bookkeeping("Face_ID"), is_bookkeeping("Unnamed: 0"), is_bookkeeping("AU01_r")
        (True, True, False)
    """
    return column.lower() in BOOKKEEPING or is_unnamed(column) or column.startswith(NOMINAL)


def is_unnamed(column: str) -> bool:
    """Whether a column has no name, or the one that pandas makes up."""
    return not column or _UNNAMED.fullmatch(column) is not None


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


def features_of_frame(frame: pd.DataFrame, path: Path, column: str | None = None) -> SourceFeatures:
    """Takes the features of a table with a row for each clip.

    Metadata columns, bookkeeping columns and columns that are not of numbers are left out.

    Args:
        frame: The table.
        path: Its file.
        column: The column of clip names; the one of the usual names if none is given.

    Returns:
        N clip names as they stand, and features (N, D) in float64.

    Raises:
        DataError: If there is no clip column, no row or no feature column, or text among the numbers of a column.
    """
    frame = frame.rename(columns=lambda name: str(name).strip())
    column = clip_column(frame.columns) if column is None else column
    if column is None:
        raise DataError(
            f"{path} must have a column of clips, as {', '.join(CLIP_COLUMNS[:5])}, got {listed(list(frame.columns))}",
            fix=TABLE_FIX,
        )
    candidates = [name for name in feature_columns(frame.columns) if name != column]
    features = [name for name in candidates if frame[name].dtype.kind in "fiu"]
    _check_no_stray_text(frame, column, set(candidates) - set(features), path)
    if frame.empty or not features:
        raise DataError(
            f"{path} must have clips and feature columns of numbers, got {len(frame)} rows of {len(features)} such "
            f"columns{_text_in(frame, candidates)}",
            fix=TABLE_FIX,
        )
    return SourceFeatures(
        clips=["" if pd.isna(name) else str(name) for name in frame[column]],
        features=frame[features].to_numpy(np.float64, na_value=np.nan),
        columns=tuple(features),
        left_out=tuple(name for name in frame.columns if name not in {column, *features}),
    )


def _text_in(frame: pd.DataFrame, columns: list[str]) -> str:
    """The first cell of the first of some columns, for a message."""
    if not columns or frame.empty:
        return ""
    cell = frame[columns[0]].iloc[0]
    words = "bytes, of which neither type nor shape is in the file" if isinstance(cell, bytes) else repr(str(cell)[:60])
    return f"; {columns[0]} holds {words}"


def _check_no_stray_text(frame: pd.DataFrame, clip: str, text_columns: set[str], path: Path) -> None:
    """Refuses a column of numbers with some cells of text: it would be lost as a whole."""
    for name in sorted(text_columns):
        numbers = pd.to_numeric(frame[name].map(str), errors="coerce")
        if numbers.notna().any():
            row = int(numbers.isna().to_numpy().argmax())
            raise DataError(
                f"{path}: a feature column must hold numbers, got {str(frame[name].iloc[row])[:60]!r} in column {name}"
                f" of clip {frame[clip].iloc[row]}",
                fix="Correct the cell, or remove the column.",
            )
