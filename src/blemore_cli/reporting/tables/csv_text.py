"""CSV renderer of tables of columns."""

import csv
import io
import math
from collections.abc import Iterable

from blemore_cli.data.metadata.spreadsheet import harmless
from blemore_cli.reporting.tables.column import Column, Row, shown


def csv_table(columns: Iterable[Column[Row]], rows: Iterable[Row]) -> str:
    """The columns that have values, under their keys."""
    values = {column.key or column.name: column.value for column in shown(columns, "csv") if column.value}
    return csv_text(values, ([value(row) for value in values.values()] for row in rows))


def csv_text(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows under a header; numbers read back exactly, text is no formula, and what does not exist is left empty.

    Examples:
        >>> csv_text(["a", "b"], [[0.1, float("nan")], [None, "x"]]).splitlines()
        ['a,b', '0.1,', ',x']
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return harmless(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
