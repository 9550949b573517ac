"""Options, given once or several times, whose values Typer has no type for."""

from typing import Any, get_args

import typer

from blemore_cli.core.choices import current_name


def each_of(names: Any, help_text: str, *, default: str = "") -> Any:
    """An option whose values are names of a `Literal`, or former ones.

    Args:
        names: The literal type.
        help_text: Text of `--help`.
        default: Text of `--help` for the default.
    """
    allowed = get_args(names)

    def parse(text: str) -> Any:
        name = current_name(text)
        if name not in allowed:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, allowed))}.")
        return name

    return typer.Option(help=help_text, metavar=f"[{'|'.join(allowed)}]", parser=parse, show_default=default or False)


def top_n_option(help_text: str) -> Any:
    """An option whose values are numbers of encoders, or `auto`."""

    def parse(text: str) -> Any:
        from blemore_cli.core.config.schema import kept_encoders

        try:
            return kept_encoders(text)
        except ValueError as error:
            raise typer.BadParameter(f"it {error}, got {text!r}.") from error

    return typer.Option(help=help_text, metavar="[N|auto]", parser=parse)
