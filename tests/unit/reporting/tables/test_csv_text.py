"""CSV of columns: keys, exact numbers, and quoting."""

import csv

from blemore_cli.reporting.tables.column import Column, Columns, figure, words
from blemore_cli.reporting.tables.csv_text import csv_table, csv_text

COLUMNS: Columns[tuple[str, float | None]] = (
    words("Name", lambda row: row[0], key="name"),
    Column("of readers", None, str),
    figure("Score", lambda row: row[1]),
    Column("double", lambda row: None if row[1] is None else 2 * row[1], None),
)


def test_keys_and_values_are_those_for_machines() -> None:
    rows = list(csv.reader(csv_table(COLUMNS, [("a, b", 1 / 3), ("c", None), ("d", float("inf"))]).splitlines()))
    assert rows[0] == ["name", "Score", "double"]
    assert (rows[1][0], float(rows[1][1])) == ("a, b", 1 / 3)
    assert rows[2:] == [["c", "", ""], ["d", "", ""]]


def test_lines_end_as_on_every_system() -> None:
    assert csv_text(["a"], [["x\ny"]]) == 'a\n"x\ny"\n'
