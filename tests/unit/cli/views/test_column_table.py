"""Columns in the terminal: those that it shows, as they are."""

import io

from rich.console import Console

from blemore_cli.cli.views.column_table import column_table
from blemore_cli.reporting.tables.column import Columns, figure, words

COLUMNS: Columns[float] = (
    words("name", lambda row: f"[b]{row:g}"),
    figure("Score", lambda row: row),
    figure("hidden", lambda row: row, left_out=("terminal",)),
)


def test_rows_are_under_their_headers() -> None:
    file = io.StringIO()
    Console(width=80, highlight=False, file=file).print(column_table("a [title]", COLUMNS, [1, 0.5]))
    lines = [line.split() for line in file.getvalue().splitlines()]
    assert lines == [["a", "[title]"], ["name", "Score"], ["[b]1", "1.000"], ["[b]0.5", "0.500"]]
