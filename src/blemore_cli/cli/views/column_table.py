"""Terminal renderer of tables of columns."""

from collections.abc import Iterable

from rich.console import RenderableType

from blemore_cli.cli.console import table
from blemore_cli.reporting.tables.column import Column, Row, shown, texts


def column_table(title: str, columns: Iterable[Column[Row]], rows: Iterable[Row]) -> RenderableType:
    """A row of texts for each row, under a title; columns that the terminal leaves out are not in it."""
    columns = shown(columns, "terminal")
    figures = [not column.has_words for column in columns]
    return table(title, *(column.name for column in columns), rows=texts(columns, rows), figures=figures)
