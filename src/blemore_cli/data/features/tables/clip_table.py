"""Features of a table with a row for each clip, or several, from its columns of numbers and of lists."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from blemore_cli.core.choices import Aggregate
from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Floats
from blemore_cli.data.features.columns import CLIP_COLUMNS, features_of_frame
from blemore_cli.data.features.evidence.names import is_metadata, matches
from blemore_cli.data.features.evidence.selection import NO_CHOICE, with_columns_chosen
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.features.tables.clip_cells import are_without_names, check_not_turned, clip_of, column_of_clips
from blemore_cli.data.features.tables.list_cells import cell_arrays, list_columns, numbered_columns
from blemore_cli.data.features.tables.predictions import prediction_note
from blemore_cli.data.features.tables.repeated_clips import (
    REPETITIONS,
    aggregated_frames,
    frames_by_clip,
    mean_of_rows,
    repetition_of,
)


def typed_table(frame: pd.DataFrame, path: Path, is_clip: Callable[[str], bool]) -> tuple[pd.DataFrame, str | None]:
    """A table and the name of its column of clips; none if there is none.

    Raises:
        DataError: If the clips are the columns.
    """
    check_not_turned(frame.columns, path, is_clip)
    first = next(iter(frame.columns), None)
    names = [name for name in frame.columns if name == first or name.lower() in CLIP_COLUMNS or _is_text(frame[name])]
    cells = pd.DataFrame({name: frame[name].map(str).astype(object) for name in names})
    return frame, column_of_clips(cells, is_clip)


def features_of_table(
    frame: pd.DataFrame, column: str, path: Path, aggregate: Aggregate, choice: ColumnChoice = NO_CHOICE
) -> SourceFeatures:
    """Takes the features of a table.

    Columns with lists become numbered columns, or frames. Rows of a clip that differ in `REPETITIONS`
    become their mean, those that differ in one of `TIMES` are frames. Rows without any number are clips without
    features.

    Args:
        frame: The table, with clip names as they stand.
        column: The column of clip names.
        path: Its file.
        aggregate: How frames become one row.
        choice: Columns that the user keeps or leaves out.

    Returns:
        The features (N, D), in float64 unless frames are aggregated; a clip may still have several rows.

    Raises:
        DataError: As `features_of_frame`, or if no row has a name, or a list is none of numbers.
    """
    clips = [clip_of(str(cell)) if pd.notna(cell) else "" for cell in frame[column]]
    if are_without_names(clips):
        raise DataError(
            f"{path} must name the clip of each row, got {clips[0] or 'nothing'} for all {len(clips)}",
            fix="Run SMILExtract with -instname CLIP for each clip, or write the names into the column.",
        )
    is_row = np.array([bool(clip) for clip in clips], dtype=np.bool_)
    is_row |= frame.drop(columns=column).notna().any(axis=1).to_numpy(dtype=np.bool_)
    frame = frame.assign(**{column: clips})[is_row].reset_index(drop=True)
    clips = frame[column].tolist()
    lists = list_columns(frame.drop(columns=column))
    lists = [name for name in lists if matches(name, choice.keep) or not _is_left_out(name, choice)]
    if lists and (frames := _frames(frame, lists, clips, path)):
        left_out = tuple(name for name in frame.columns if name not in {column, lists[0]})
        rows = aggregated_frames(frames, aggregate)
        return SourceFeatures(clips, rows, left_out=left_out, aggregate=aggregate)
    if lists:
        frame = numbered_columns(frame, lists, clips, path)
    table = with_columns_chosen(features_of_frame(frame, path, column), choice)
    table, frame = _without_empty_rows(table, frame)
    if len(set(table.clips)) < len(table.clips):
        table = _merged(table, frame[[name for name in table.left_out if name in frame]], aggregate)
    note = prediction_note(table.features, table.columns)
    return replace(table, notes=(*table.notes, note)) if note else table


def _is_left_out(name: str, choice: ColumnChoice) -> bool:
    """Whether a column of lists is; each list is a vector, whose name says little of its numbers."""
    return is_metadata(name) or matches(name, choice.leave_out)


def _is_text(cells: pd.Series) -> bool:
    return cells.dtype.kind not in "fiubmMc" and not len(list_columns(cells.to_frame()))


def _frames(frame: pd.DataFrame, lists: list[str], clips: list[str], path: Path) -> list[Floats] | None:
    """The frames (T, D) of all clips where the cells of the only column with lists hold several rows."""
    arrays = cell_arrays(frame, lists[0], clips, path)
    if all(array.ndim == 1 or len(array) == 1 for array in arrays):
        return None
    if len(lists) > 1 or any(array.ndim == 1 for array in arrays):
        raise DataError(
            f"{path} must have one column with frames [T, D], or columns with lists [D], got {listed(lists)}",
            fix="Keep one of the columns.",
        )
    return arrays


def _without_empty_rows(table: SourceFeatures, frame: pd.DataFrame) -> tuple[SourceFeatures, pd.DataFrame]:
    """The features and the table without the rows that have no number at all, unless that is all of them."""
    is_full = np.asarray(~np.isnan(table.features).all(axis=1))
    if is_full.all() or not is_full.any():
        return table, frame
    clips = [clip for clip, full in zip(table.clips, is_full.tolist(), strict=True) if full]
    with_rows = frozenset(clips)
    without = tuple(dict.fromkeys(clip for clip in table.clips if clip not in with_rows))
    return replace(table, clips=clips, features=table.features[is_full], no_frame_left=without), frame.loc[is_full]


def _merged(table: SourceFeatures, columns: pd.DataFrame, aggregate: Aggregate) -> SourceFeatures:
    """One row a clip where columns tell what its rows are; the table as it is where they do not."""
    keys = repetition_of(columns, table.clips)
    if not keys:
        return table
    if keys[0].lower() in REPETITIONS:
        clips, features = mean_of_rows(table.features, table.clips)
        note = f"{len(table.clips)} rows of {len(clips)} clips, by {' and '.join(keys)}: the mean of a clip's is taken"
        return replace(table, clips=clips, features=features, notes=(*table.notes, note))
    clips, frames = frames_by_clip(table.features, table.clips)
    note = f"{len(table.clips)} rows of {len(clips)} clips, by {' and '.join(keys)}: taken as frames"
    features = aggregated_frames(frames, aggregate)
    return replace(table, clips=clips, features=features, aggregate=aggregate, notes=(*table.notes, note))
