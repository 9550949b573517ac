"""Features of a table with a row for each clip, or several, from its columns of numbers and of lists."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from blemore_cli.core.choices import Aggregate
from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.core.errors import DataError
from blemore_cli.data.features.columns import CLIP_COLUMNS, features_of_frame
from blemore_cli.data.features.evidence.names import is_metadata, matches
from blemore_cli.data.features.evidence.selection import with_columns_chosen
from blemore_cli.data.features.frames import NO_RULES, FrameRules
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.features.tables.clip_cells import are_without_names, check_not_turned, clip_of, column_of_clips
from blemore_cli.data.features.tables.frame_rows import frames_in_cells, frames_in_rows, source_of_frames
from blemore_cli.data.features.tables.list_cells import list_columns, numbered_columns
from blemore_cli.data.features.tables.predictions import prediction_note
from blemore_cli.data.features.tables.repeated_clips import TIMES, mean_of_rows, repetition_of


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
    frame: pd.DataFrame, column: str, path: Path, aggregate: Aggregate, rules: FrameRules = NO_RULES
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
        rules: Which frames and columns count.

    Returns:
        The features (N, D), in float64 unless frames are aggregated; a clip may still have several rows.

    Raises:
        DataError: As `features_of_frame`, or if no row has a name, or a list is none of numbers.
    """
    frame = _with_clip_names(frame, column, path)
    clips = frame[column].tolist()
    lists = [name for name in list_columns(frame.drop(columns=column)) if _may_be_features(name, rules.columns)]
    if lists and (frames := frames_in_cells(frame.drop(columns=column), lists, clips, path)):
        return source_of_frames(frames, aggregate, rules)
    table = features_of_frame(numbered_columns(frame, lists, clips, path), path, column)
    keys = repetition_of(frame, clips) if len(set(clips)) < len(clips) else []
    if keys and keys[0].lower() in TIMES:
        return _with_note(source_of_frames(frames_in_rows(table), aggregate, rules), clips, keys, "taken as frames")
    table = _without_empty_rows(with_columns_chosen(table, rules.columns))
    if keys:
        names, features = mean_of_rows(table.features, table.clips)
        table = _with_note(replace(table, clips=names, features=features), clips, keys, "the mean of a clip's is taken")
    note = prediction_note(table.features, table.columns)
    return replace(table, notes=(*table.notes, note)) if note else table


def _with_clip_names(frame: pd.DataFrame, column: str, path: Path) -> pd.DataFrame:
    """The table with names of clips in their column, without rows that are empty."""
    clips = [clip_of(str(cell)) if pd.notna(cell) else "" for cell in frame[column]]
    if are_without_names(clips):
        raise DataError(
            f"{path} must name the clip of each row, got {clips[0] or 'nothing'} for all {len(clips)}",
            fix="Run SMILExtract with -instname CLIP for each clip, or write the names into the column.",
        )
    is_row = np.array([bool(clip) for clip in clips], dtype=np.bool_)
    is_row |= frame.drop(columns=column).notna().any(axis=1).to_numpy(dtype=np.bool_)
    return frame.assign(**{column: clips}).loc[is_row].reset_index(drop=True)


def _may_be_features(name: str, choice: ColumnChoice) -> bool:
    """Whether a column of lists may be features: a list is a vector, whose name says little of its numbers."""
    return matches(name, choice.keep) or not (is_metadata(name) or matches(name, choice.leave_out))


def _is_text(cells: pd.Series) -> bool:
    return cells.dtype.kind not in "fiubmMc" and not len(list_columns(cells.to_frame()))


def _with_note(table: SourceFeatures, clips: list[str], keys: list[str], what: str) -> SourceFeatures:
    note = f"{len(clips)} rows of {len(set(clips))} clips, by {' and '.join(keys)}: {what}"
    return replace(table, notes=(*table.notes, note))


def _without_empty_rows(table: SourceFeatures) -> SourceFeatures:
    """The features without the rows that have no number at all, unless that is all of them."""
    is_full = np.asarray(~np.isnan(table.features).all(axis=1))
    if is_full.all() or not is_full.any():
        return table
    clips = [clip for clip, full in zip(table.clips, is_full.tolist(), strict=True) if full]
    with_rows = frozenset(clips)
    without = tuple(dict.fromkeys(clip for clip in table.clips if clip not in with_rows))
    return replace(table, clips=clips, features=table.features[is_full], no_frame_left=without)
