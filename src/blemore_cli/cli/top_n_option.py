"""The option `--top-n`: a number of encoders, or `auto`."""

from typing import Any

import typer

from blemore_cli.core.choices import AUTO, TopN


def top_n_option(help_text: str) -> Any:
    """An option whose values, one or several, are positive whole numbers or `auto`."""

    def check(given: str | list[str] | None) -> str | list[str] | None:
        for value in [given] if isinstance(given, str) else given or []:
            if value != AUTO and not (value.isdecimal() and int(value) > 0):
                raise typer.BadParameter(f"{value!r} is not a whole number, 1 or more, or {AUTO!r}.")
        return given

    return typer.Option(help=help_text, metavar="[N|auto]", callback=check)


def parsed_top_n(value: str) -> TopN:
    """What a checked value means.

    Examples:
        >>> parsed_top_n("3"), parsed_top_n("auto")
        (3, 'auto')
    """
    return "auto" if value == AUTO else int(value)
