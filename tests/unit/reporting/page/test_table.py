"""Tables of the page: columns, their groups, and the run that a row is about."""

from blemore_cli.reporting.page.table import page_table
from blemore_cli.reporting.tables.column import Column, Columns, figure, of_part, words

Pair = tuple[float, float]
X_AND_Y: Columns[Pair] = (figure("x", lambda pair: pair[0]), figure("y", lambda pair: pair[1]))


def row_name(row: Pair) -> str:
    return f"row {row[0]:g}"


def same(row: Pair) -> Pair:
    return row


NAME: Column[Pair] = words("name", row_name)
COLUMNS = (NAME, Column("hidden", None, row_name, left_out=("page",)), *of_part(same, X_AND_Y, group="pair"))


def test_columns_that_the_page_leaves_out_are_not_in_it() -> None:
    table = page_table(COLUMNS, [(1, 2)], of=lambda row: f"run {row[1]:g}")
    assert (table.names, table.words) == (["name", "x", "y"], [True, False, False])
    assert table.groups == [("", 1), ("pair", 2)]
    assert table.rows == [("run 2", ["row 1", "1.000", "2.000"])]


def test_without_groups_there_is_no_row_of_them() -> None:
    assert page_table((NAME,), [(1, 2)]).groups == []
