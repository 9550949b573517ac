"""Frames in a table of all clips: in cells with lists [T][D], or in the rows of a clip."""

from collections import Counter
from pathlib import Path

import pandas as pd

from blemore_cli.core.choices import Aggregate
from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.folder import joined, read_clips
from blemore_cli.data.features.frames import FrameRules
from blemore_cli.data.features.records import ClipFeatures, SourceFeatures
from blemore_cli.data.features.tables.list_cells import cell_arrays
from blemore_cli.data.features.tables.repeated_clips import frames_by_clip


def frames_in_cells(frame: pd.DataFrame, lists: list[str], clips: list[str], path: Path) -> dict[str, ClipFeatures]:
    """The frames of N clips from the only column with lists; nothing where its cells are vectors [D] or [1, D].

    Args:
        frame: The table.
        lists: The columns with lists that may be features, at least one.
        clips: N names.
        path: The table's file.

    Raises:
        DataError: If another column has lists, too, some cells are vectors, or a clip has several rows.
    """
    arrays = cell_arrays(frame, lists[0], clips, path)
    if all(array.ndim == 1 or len(array) == 1 for array in arrays):
        return {}
    if len(lists) > 1 or any(array.ndim == 1 for array in arrays):
        raise DataError(
            f"{path} must have one column with frames [T, D], or columns with lists [D], got {listed(lists)}",
            fix="Keep one of the columns.",
        )
    if repeated := sorted(clip for clip, n_rows in Counter(clips).items() if n_rows > 1):
        raise DataError(
            f"{path} must have one row for each clip, got more for {listed(repeated)}", fix="Keep one row a clip."
        )
    left_out = tuple(name for name in frame.columns if name != lists[0])
    return {clip: ClipFeatures(array, left_out=left_out) for clip, array in zip(clips, arrays, strict=True)}


def frames_in_rows(table: SourceFeatures) -> dict[str, ClipFeatures]:
    """The frames of each clip from a table with a row a frame."""
    names, frames = frames_by_clip(table.features, table.clips)
    return {
        clip: ClipFeatures(array, table.columns, table.left_out, unreadable=table.unreadable)
        for clip, array in zip(names, frames, strict=True)
    }


def source_of_frames(clips: dict[str, ClipFeatures], aggregate: Aggregate, rules: FrameRules) -> SourceFeatures:
    """The aggregated frames of clips as a source, as of a folder with a file a clip.

    Raises:
        DataError: If clips disagree, or break a rule.
    """
    return joined(read_clips(clips, lambda clip: clip, aggregate=aggregate, jobs=1, rules=rules), aggregate)
