"""Repeatable option whose values are the names of a `Literal`; Typer has none."""

from typing import Any, get_args

import typer

from blemore_cli.core.choices import current_name


def each_of(names: Any, help_text: str, *, default: str = "") -> Any:
    """An option whose values are all among the names of a `Literal`.

    Args:
        names: The literal type.
        help_text: Text of `--help`.
        default: Text of `--help` for the default.
    """
    allowed = get_args(names)

    def check(given: list[str] | None) -> list[Any] | None:
        values = [current_name(value) for value in given or []]
        for value in values:
            if value not in allowed:
                raise typer.BadParameter(f"{value!r} is not one of {', '.join(map(repr, allowed))}.")
        return values if given is not None else None

    metavar = f"[{'|'.join(allowed)}]"
    return typer.Option(help=help_text, metavar=metavar, callback=check, show_default=default or False)


def chosen(values: list[str] | None) -> list[Any]:
    """The values of such an option, which are the literals that they were checked to be."""
    return list(values or [])
