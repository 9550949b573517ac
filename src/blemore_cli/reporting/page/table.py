"""Page renderer of tables of columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from blemore_cli.reporting.tables.column import Column, Row, shown, texts


@dataclass(frozen=True)
class PageRow:
    """A row.

    Attributes:
        of: The run that it is about, as the page's switches name it; empty if none.
        cells: Its texts.
    """

    of: str
    cells: list[str]


@dataclass(frozen=True)
class PageTable:
    """A table.

    Attributes:
        names: Header of each column.
        words: Whether each column holds words.
        groups: Headers above neighbouring columns, with the number of these; nothing where no column has a group.
        rows: Its rows.
    """

    names: list[str]
    words: list[bool]
    groups: list[tuple[str, int]]
    rows: list[PageRow]


def page_table(
    columns: Sequence[Column[Row]], rows: Sequence[Row], *, of: Callable[[Row], str] = lambda _: ""
) -> PageTable:
    """A table for the template.

    Args:
        columns: The columns; those that the page leaves out are not in it.
        rows: The rows.
        of: The run that a row is about.
    """
    columns = shown(columns, "page")
    groups = [(name, len(list(group))) for name, group in groupby(column.group for column in columns)]
    cells = texts(columns, rows)
    return PageTable(
        names=[column.name for column in columns],
        words=[column.has_words for column in columns],
        groups=groups if any(name for name, _ in groups) else [],
        rows=[PageRow(of(row), texts_of_row) for row, texts_of_row in zip(rows, cells, strict=True)],
    )
