"""Clip names in the cells of a table, and the column that holds them."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import pandas as pd

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.columns import CLIP_COLUMNS, clip_column
from blemore_cli.data.features.evidence.names import is_unnamed
from blemore_cli.data.metadata.clip_names import clip_name

_NO_NAMES: Final = frozenset({"noname", "unknown", "", "nan", "none"})


def clip_of(cell: str) -> str:
    """Reduces a cell to the name of its clip: no quotes, no directory, no suffix of a media or feature file.

    Examples:
        >>> clip_of(" 'wav/test_0001.mov.npy'")
        'test_0001'
    """
    return clip_name(cell.strip().strip("'\"").strip())


def column_of_clips(cells: pd.DataFrame, is_clip: Callable[[str], bool]) -> str | None:
    """The column that names the clip of each row.

    That is the one with the most clips of the challenge (of those of the usual names, if there are some); else one of
    the usual names; else a first column without a name that is not of numbers.

    Args:
        cells: The cells of columns that may hold names, as text.
        is_clip: Whether a name is that of a clip.

    Examples:
        >>> column_of_clips(pd.DataFrame({"id": ["0", "1"], "take": ["a.mov", "b.mov"]}), {"a", "b"}.__contains__)
        'take'
    """
    amounts = {name: sum(is_clip(clip_of(cell)) for cell in cells[name]) for name in cells.columns}
    with_clips = [name for name in cells.columns if amounts[name]]
    usual = [name for name in with_clips if name.lower() in CLIP_COLUMNS]
    if with_clips:
        return max(usual or with_clips, key=lambda name: amounts[name])
    if named := clip_column(cells.columns):
        return named
    first = next(iter(cells.columns), None)
    is_named_by_text = (
        first is not None and is_unnamed(first) and pd.to_numeric(cells[first], errors="coerce").isna().all()
    )
    return first if is_named_by_text else None


def check_not_turned(columns: Iterable[str], path: Path, is_clip: Callable[[str], bool]) -> None:
    """Refuses a table with a column for each clip.

    Raises:
        DataError: If several columns are named after clips.
    """
    if len(clips := [name for name in columns if is_clip(clip_of(name))]) > 1:
        raise DataError(
            f"{path} must have a row for each clip, got a column for each: {listed(clips, 3)}",
            fix="Turn it, as with pandas: pd.read_csv(FILE, index_col=0).T.to_csv(FILE)",
        )


def are_without_names(clips: list[str]) -> bool:
    """Whether several rows have no clip's name, as SMILExtract writes them without `-instname`.

    Examples:
        >>> are_without_names(["noname", "noname"]), are_without_names(["a", "b"])
        (True, False)
    """
    return len(clips) > 0 and {clip.lower() for clip in clips} <= _NO_NAMES
