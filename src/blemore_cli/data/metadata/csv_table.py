"""CSV files as tables of text with the line number of every row, for errors to name."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.files import read_text
from blemore_cli.core.spelling import nearest

LINE = "line"


def read_table(path: Path, required: Sequence[str] = ("filename",)) -> pd.DataFrame:
    """Reads a comma-separated UTF-8 file without interpreting any cell.

    Args:
        path: The file; a byte-order mark, CRLF and blank lines are fine.
        required: Required columns, `filename` among them.

    Returns:
        One row a record, every cell a `str`; the index, named `line`, is the line in the file (the header is line 1).

    Raises:
        DataError: If the file is missing, empty, not UTF-8 CSV, ragged, or lacks or repeats a column.
    """
    text = read_text(path, "CSV file", DataError)
    if "\0" in text:
        raise DataError(f"{path} must be a CSV file, got binary content", fix="Check that this is the CSV file.")
    records = _records(text, path)
    if len(records) < 2:
        raise DataError(
            f"{path} must have a header and a row for each clip, got {'only a header' if records else 'an empty file'}",
            fix=f"Write a CSV with the columns {', '.join(required)}.",
        )
    (_, header), *rows = records
    check_columns(header, required, path)
    for line, fields in rows:
        if len(fields) != len(header):
            raise DataError(
                f"{path}, line {line} ({fields[0][:60]}): a row must have {len(header)} fields as the header does, "
                f"got {len(fields)}",
                fix="Add or remove commas; quote a field that contains one.",
            )
    lines = pd.Index([line for line, _ in rows], name=LINE)
    return pd.DataFrame([fields for _, fields in rows], columns=header, index=lines, dtype=str)


def _records(text: str, path: Path) -> list[tuple[int, list[str]]]:
    """The records that are not blank, each with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records, start = [], 1
    try:
        for fields in reader:
            if fields:
                records.append((start, fields))
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path}, line {start}: must be CSV: {error}", fix="Check the quotes of this line.") from None
    return records


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
            fix=f"Add or rename {', '.join(missing)}; columns are separated by commas.",
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
