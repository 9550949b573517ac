"""Text tables of clips with the line number of every row, for errors to name."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.labels import EMOTIONS
from blemore_cli.core.spelling import nearest
from blemore_cli.data.metadata.clip_names import carries_label
from blemore_cli.data.metadata.dialect import read_records

LINE: Final = "line"
_TEST_NAME: Final = re.compile(r"test_\d+(\.\w+)?", re.IGNORECASE)
_FURTHER_FIX: Final = {
    "fold": "The official metadata have the folds; where all clips are named as A102_ang_int1_ver1 is, leave the "
    "training metadata out, and folds of whole actors are made.",
    "video_id": "It holds the actor of a clip, for example A102.",
}
"""What else helps where a column is missing."""


def read_table(path: Path, required: Sequence[str] = ("filename",)) -> pd.DataFrame:
    """Reads a text table in UTF-8 or UTF-16, separated by `,` `;` tab or `|`, without interpreting any cell.

    Args:
        path: The file; a byte-order mark, CRLF, blank lines, rows of separators alone, and capitals or blanks around
            the names of required columns are fine.
        required: Required columns, `filename` among them.

    Returns:
        One row a record, every cell a `str`; the index, named `line`, is the line in the file (the header is line 1).

    Raises:
        DataError: If the file is missing, empty, of another kind, ragged, or lacks or repeats a column.
    """
    records = read_records(path, required)
    if len(records) < 2:
        raise DataError(
            f"{path} must have a header and a row for each clip, got {'only a header' if records else 'an empty file'}",
            fix=f"Write a CSV with the columns {', '.join(required)}.",
        )
    header, rows = _column_names(records[0][1], required), records[1:]
    _check_header(header, path)
    while header and not header[-1] and not any("".join(fields[len(header) - 1 :]).strip() for _, fields in rows):
        header.pop()  # columns without name and content, as spreadsheets leave them
    check_columns(header, required, path)
    cells = [_as_wide(fields, len(header), path, line) for line, fields in rows]
    lines = pd.Index([line for line, _ in rows], name=LINE)
    return pd.DataFrame(cells, columns=header, index=lines, dtype=str)


def _column_names(names: Sequence[str], required: Sequence[str]) -> list[str]:
    """Names without outer blanks; required ones in lower case."""
    stripped = [name.strip() for name in names]
    return [name.lower() if name.lower() in required else name for name in stripped]


def _check_header(header: Sequence[str], path: Path) -> None:
    """Refuses a first line that is a row already."""
    is_row = "filename" not in header and any(name in EMOTIONS or name.isdecimal() for name in header)
    clips = [name for name in header if carries_label(name) or _TEST_NAME.fullmatch(name)]
    if is_row or clips:
        raise DataError(
            f"{path}, line 1: the first line must name the columns, got the row of clip {(clips or header)[0][:60]}",
            fix="Write the names of the columns into a line above it: filename alone, or filename,video_id,...",
        )


def _as_wide(fields: list[str], width: int, path: Path, line: int) -> list[str]:
    """A row with as many cells as the header has; further empty ones are left out."""
    while len(fields) > width and not fields[-1].strip():
        fields = fields[:-1]
    if len(fields) != width:
        raise DataError(
            f"{path}, line {line} ({fields[0][:60]}): a row must have {width} fields as the header does, "
            f"got {len(fields)}",
            fix="Add or remove separators; quote a field that contains one, as a number with a decimal comma does.",
        )
    return fields


def check_columns(columns: Iterable[str], required: Sequence[str], path: Path) -> None:
    """Refuses a header that repeats a column or lacks a required one.

    Raises:
        DataError: Naming each missing column with the present column that is spelt most like it.
    """
    present = list(columns)
    if repeated := [repr(name) for name, n_columns in Counter(present).items() if n_columns > 1]:
        raise DataError(
            f"{path}, line 1: a column must appear once, got {listed(repeated)} more than once",
            fix="Remove or rename the repeated columns.",
        )
    if missing := [name for name in required if name not in present]:
        spare = [name for name in present if name not in required]
        raise DataError(
            f"{path}, line 1: the columns must include {', '.join(required)}, "
            f"got none named {listed([_with_nearest(name, spare) for name in missing], 9)}",
            fix=" ".join(
                [
                    f"Add or rename {', '.join(missing)}; columns are separated by commas, semicolons or tabs.",
                    *(_FURTHER_FIX[name] for name in missing if name in _FURTHER_FIX),
                ]
            ),
        )


def _with_nearest(name: str, spare: list[str]) -> str:
    meant = nearest(name, spare)
    return name if meant is None else f"{name} (the nearest is {meant!r})"


def check_rows(
    table: pd.DataFrame, path: Path, ok: ArrayLike | pd.Series, rule: str, *, actual: Iterable[str], fix: str
) -> None:
    """Refuses a table in which some of the N rows break a rule, naming value, line and clip of the first few.

    Without an index named `line`, row 0 is taken to be line 2.

    Args:
        table: The rows, with a `filename`.
        path: The table's file.
        ok: (N,) whether each row keeps the rule.
        rule: The requirement, in words.
        actual: (N,) the actual values.
        fix: The next step.

    Raises:
        DataError: If any row breaks the rule.
    """
    bad = np.flatnonzero(~np.asarray(ok, dtype=bool))
    if not len(bad):
        return
    lines = table.index.to_numpy() if table.index.name == LINE else np.arange(2, len(table) + 2)
    values = [text[:100] for text in actual]
    clips = [clip if clip.isprintable() else ascii(clip) for clip in table["filename"]]
    offenders = [f"{values[row]} in line {lines[row]} ({clips[row][:80] or 'no filename'})" for row in bad]
    raise DataError(f"{path}: {rule}, got {listed(offenders)}", fix=fix)
