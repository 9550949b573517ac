"""Columns of a table: one list for terminal, page, CSV and LaTeX."""

from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, Generic, Literal, TypeVar, cast

from blemore_cli.reporting.tables.notation import accuracy_text

Row = TypeVar("Row")
Part = TypeVar("Part")
Cell = TypeVar("Cell")
Medium = Literal["terminal", "page", "csv", "latex"]


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column of a table.

    Attributes:
        name: Header for readers.
        value: Its cell for machines; a column without it is not in CSV.
        text: Its cell for readers; a column without it is in CSV alone.
        key: Header in CSV, where it is not `name`.
        latex: Header in LaTeX, where it is not `name`.
        group: Header on the page above this column and its neighbours of the same group.
        has_words: Whether its cells are words, not figures.
        left_out: Media that do not show it.
    """

    name: str
    value: Callable[[Row], object] | None
    text: Callable[[Row], str] | None
    _: KW_ONLY
    key: str = ""
    latex: str = ""
    group: str = ""
    has_words: bool = False
    left_out: tuple[Medium, ...] = ()


Columns = tuple[Column[Row], ...]


def words(name: str, text: Callable[[Row], str], **options: Any) -> Column[Row]:
    """A column of words, the same for machines and readers."""
    return Column(name, text, text, has_words=True, **options)


def figure(
    name: str, value: Callable[[Row], Any], text: Callable[[Any], str] = accuracy_text, **options: Any
) -> Column[Row]:
    """A column of figures, whose text follows from their value."""
    return Column(name, value, lambda row: text(value(row)), **options)


def of_part(
    pick: Callable[[Row], Part | None], columns: Iterable[Column[Part]], *, empty: str = "", group: str = ""
) -> Columns[Row]:
    """Columns of one part of a row.

    Args:
        pick: The part of a row, or None.
        columns: Columns of the part.
        empty: Text of their cells where a row lacks the part.
        group: Their common header on the page, if any.

    Examples:
        >>> [column] = of_part(lambda row: row.get("scores"), [figure("Score", lambda scores: scores[0])])
        >>> [column.text(row) for row in ({"scores": [0.25]}, {})]
        ['0.250', '']
    """
    return tuple(
        replace(
            cast("Column[Any]", column),
            value=column.value and _of(pick, column.value, None),
            text=column.text and _of(pick, column.text, empty),
            group=group or column.group,
        )
        for column in columns
    )


def _of(pick: Callable[[Row], Part | None], cell: Callable[[Part], Cell], empty: Cell) -> Callable[[Row], Cell]:
    def cell_of_row(row: Row) -> Cell:
        part = pick(row)
        return empty if part is None else cell(part)

    return cell_of_row


def shown(columns: Iterable[Column[Row]], medium: Medium) -> Columns[Row]:
    """The columns that a medium shows."""
    return tuple(
        column
        for column in columns
        if medium not in column.left_out and (column.value if medium == "csv" else column.text)
    )


def texts(columns: Iterable[Column[Row]], rows: Iterable[Row]) -> list[list[str]]:
    """The cells for readers, row by row."""
    return [[column.text(row) for column in columns if column.text] for row in rows]
