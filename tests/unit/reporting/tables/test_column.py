"""One list of columns: which of them a medium shows, in which order."""

from blemore_cli.reporting.tables.column import Column, Columns, figure, of_part, shown, texts, words

Row = dict[str, list[float]]
SCORES: Columns[list[float]] = (
    figure("Score", lambda scores: scores[0], key="score", left_out=("latex",)),
    Column("std", lambda scores: scores[1], None),
    Column("± SD", None, lambda scores: f"± {scores[1]}", group="spread"),
)


def scores_of(row: Row) -> list[float] | None:
    return row.get("scores")


def names(columns: Columns[Row]) -> list[str]:
    return [column.name for column in columns]


def test_media_show_columns_in_the_order_of_the_list() -> None:
    columns = of_part(scores_of, SCORES)
    assert names(shown(columns, "terminal")) == names(shown(columns, "page")) == ["Score", "± SD"]
    assert names(shown(columns, "csv")) == ["Score", "std"]
    assert names(shown(columns, "latex")) == ["± SD"]


def test_cells_of_a_part_are_empty_where_a_row_lacks_it() -> None:
    columns = of_part(scores_of, SCORES, empty="-")
    assert texts(columns, [{"scores": [0.25, 0.1]}, {}]) == [["0.250", "± 0.1"], ["-", "-"]]
    assert columns[1].value is not None
    assert [columns[1].value(row) for row in ({"scores": [0.25, 0.1]}, {})] == [0.1, None]


def test_a_group_of_a_part_stands_above_all_its_columns() -> None:
    assert [column.group for column in of_part(scores_of, SCORES)] == ["", "", "spread"]
    assert [column.group for column in of_part(scores_of, SCORES, group="test")] == ["test"] * 3


def test_words_are_the_same_for_machines_and_readers() -> None:
    column = words("name", str.upper)
    assert column.has_words
    assert column.value is column.text
