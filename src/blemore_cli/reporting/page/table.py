"""Page renderer of tables of columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from blemore_cli.reporting.tables.column import Column, Row, shown, texts


@dataclass(frozen=True)
class PageTable:
    """A table for the template.

    Attributes:
        names: Header of each column.
        words: Whether each column holds words.
        groups: Headers above neighbouring columns, with the number of these; nothing where no column has a group.
        rows: The run of each row, as the page's switches name it or empty, and its cells.
    """

    names: list[str]
    words: list[bool]
    groups: list[tuple[str, int]]
    rows: list[tuple[str, list[str]]]


def page_table(
    columns: Sequence[Column[Row]], rows: Sequence[Row], *, of: Callable[[Row], str] = lambda _: ""
) -> PageTable:
    """The columns that the page shows; `of` names the run of a row."""
    columns = shown(columns, "page")
    groups = [(name, len(list(group))) for name, group in groupby(column.group for column in columns)]
    return PageTable(
        names=[column.name for column in columns],
        words=[column.has_words for column in columns],
        groups=groups if any(name for name, _ in groups) else [],
        rows=list(zip(map(of, rows), texts(columns, rows), strict=True)),
    )
