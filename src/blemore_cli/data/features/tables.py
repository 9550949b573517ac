"""Files with one row of features a clip: `NAME_static_features.npz`, and CSV or Parquet tables."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Floats
from blemore_cli.data.features.arrays import arrays_of_static_npz, reading
from blemore_cli.data.features.frame_csv import is_bookkeeping
from blemore_cli.data.metadata.clip_names import clip_name

CLIP_COLUMNS: Final = ("filename", "file", "clip", "clip_name", "name")
"""Names, in lower case, of the column that says which clip a row is of; the first that is there counts."""

METADATA_COLUMNS: Final = frozenset(
    [
        *("video_id", "actor", "mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"),
        *("intensity_level", "situation", "version", "fold", "split", "label", "start", "end"),
    ]
)
"""Columns, in lower case, that are never features: most of them would give the label away."""

TABLE_SUFFIXES: Final = (".csv", ".parquet", ".pq")

_TABLE_FIX: Final = f"Write a table with a column {CLIP_COLUMNS[0]} and a row of numbers for each clip."


@dataclass(frozen=True)
class ClipTable:
    """Features with one row a clip.

    Attributes:
        clips: N clip names, unique.
        features: (N, D) numbers in the file's precision.
        columns: D column names, or nothing where the columns have no names.
        left_out: Columns of the file that are not features.
    """

    clips: list[str]
    features: Floats
    columns: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def table_of_npz(content: bytes, path: Path) -> ClipTable:
    """Reads the bytes of a `NAME_static_features.npz` file.

    Raises:
        DataError: If it is damaged or unsafe, X and filenames differ in length, or a clip has two rows.
    """
    features, filenames = arrays_of_static_npz(content, path)
    if len(filenames) != len(features):
        raise DataError(
            f"{path}: X and filenames must have a row for each clip, got {len(features)} and {len(filenames)}",
            fix="Write both again from the same list of clips.",
        )
    return ClipTable(_unique_clips(filenames, path), features)


def table_of_text_or_parquet(content: bytes, path: Path) -> ClipTable:
    """Reads the bytes of a CSV or Parquet table.

    Metadata columns, bookkeeping columns and columns that are not of numbers are left out.

    Raises:
        DataError: If it cannot be read, or has no clip column, no rows, no feature column, or two rows for a clip.
    """
    with reading(path, "a table with a row for each clip", _TABLE_FIX):
        frame = _parsed(content, path)
    column = clip_column(frame.columns)
    if column is None:
        raise DataError(
            f"{path} must have one of the columns {', '.join(CLIP_COLUMNS)}, got {listed(list(frame.columns))}",
            fix=_TABLE_FIX,
        )
    features = [name for name in feature_columns(frame.columns) if _is_numeric(frame[name])]
    _check_no_stray_text(frame, column, set(feature_columns(frame.columns)) - set(features), path)
    if frame.empty or not features:
        raise DataError(
            f"{path} must have clips and feature columns of numbers, got {len(frame)} rows of {len(features)} such "
            "columns",
            fix=_TABLE_FIX,
        )
    left_out = tuple(name for name in frame.columns if name not in {column, *features})
    clips = _unique_clips(["" if pd.isna(name) else str(name) for name in frame[column]], path)
    return ClipTable(clips, frame[features].to_numpy(np.float64, na_value=np.nan), tuple(features), left_out)


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


def clip_column(columns: Iterable[str]) -> str | None:
    """The column that says which clip a row is of.

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


def columns_of(path: Path) -> list[str]:
    """The column names of a CSV or Parquet table, without reading its rows; none if they cannot be read.

    Examples:
        >>> columns_of(Path("missing.csv"))
        []
    """
    try:
        if path.suffix.lower() == ".csv":
            names = list(pd.read_csv(path, nrows=0, skipinitialspace=True).columns)
        else:
            from pyarrow import parquet

            names = parquet.read_schema(path).names
    except Exception:  # whoever reads the file as a source names what is wrong with it
        return []
    return [str(name).strip() for name in names]


def _parsed(content: bytes, path: Path) -> pd.DataFrame:
    if path.suffix.lower() == ".csv":
        frame = pd.read_csv(
            io.BytesIO(content), index_col=False, skipinitialspace=True, float_precision="round_trip", low_memory=False
        )
    else:
        _require_pyarrow(path)
        frame = pd.read_parquet(io.BytesIO(content), engine="pyarrow")
        frame = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    return frame.rename(columns=lambda name: str(name).strip())


def _require_pyarrow(path: Path) -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise DataError(
            f"reading {path} needs the package pyarrow", fix="Install blemore[parquet], or save the table as CSV."
        ) from None


def _is_numeric(column: "pd.Series[float]") -> bool:
    numbers, others = pd.api.types.is_numeric_dtype(column), pd.api.types.is_bool_dtype(column)
    return bool(numbers and not others and not pd.api.types.is_complex_dtype(column))


def _unique_clips(names: list[str], path: Path) -> list[str]:
    clips = [clip_name(name.strip()) for name in names]
    if repeated := sorted({ascii(clip) for clip, n_rows in pd.Series(clips).value_counts().items() if n_rows > 1}):
        raise DataError(
            f"{path} must have one row for each clip, got more for {listed(repeated)}",
            fix="Keep one row a clip; give frame-level features as a folder with a file for each clip.",
        )
    return clips
