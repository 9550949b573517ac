"""Data frames with one row of features a clip: which columns become features."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.columns import CLIP_COLUMNS, clip_column, feature_columns
from blemore_cli.data.features.records import SourceFeatures

TABLE_FIX: Final = f"Write a table with a column {CLIP_COLUMNS[0]} and a row of numbers for each clip."


def features_of_frame(frame: pd.DataFrame, path: Path) -> SourceFeatures:
    """Takes the features of a table with a row for each clip.

    Metadata columns, bookkeeping columns and columns that are not of numbers are left out.

    Args:
        frame: The N rows as parsed.
        path: Their file, for messages.

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
    features = [name for name in feature_columns(frame.columns) if _is_numeric(frame[name])]
    _check_no_stray_text(frame, column, set(feature_columns(frame.columns)) - set(features), path)
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


def _is_numeric(column: "pd.Series[float]") -> bool:
    numbers, booleans = pd.api.types.is_numeric_dtype(column), pd.api.types.is_bool_dtype(column)
    return bool(numbers and not booleans and not pd.api.types.is_complex_dtype(column))
