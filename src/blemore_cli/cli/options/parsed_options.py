"""Options, given once or several times, whose values Typer has no type for."""

from collections.abc import Sequence
from typing import Any, TypeVar, get_args

import typer

from blemore_cli.cli.completion import complete_run
from blemore_cli.core.choices import current_name
from blemore_cli.core.errors import UsageError

Name = TypeVar("Name", bound=str)


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


def run_option(help_text: str, *, default: str = "the newest finished train run", complete: Any = complete_run) -> Any:
    """An option whose values are names of runs.

    Args:
        help_text: Text of `--help`.
        default: Text of `--help` for the default.
        complete: Gives the names for the shell's completion.
    """
    return typer.Option(help=help_text, metavar="NAME", show_default=default, autocompletion=complete)


def comma_separated(texts: Sequence[str], flag: str) -> list[str]:
    """The parts between commas of an option that is repeatable, once each.

    Raises:
        UsageError: If a part is empty.
    """
    parts = [part.strip() for text in texts for part in text.split(",")]
    if not all(parts):
        raise UsageError(f"{flag} is a list with commas, got {','.join(texts)!r}", fix=f"Correct {flag}.")
    return list(dict.fromkeys(parts))


def one_of(names: Sequence[Name], text: str, flag: str) -> Name:
    """The name that a text is.

    Raises:
        UsageError: If it is none of them.
    """
    for name in names:
        if name == text:
            return name
    raise UsageError(f"{flag} is one of {', '.join(names)}, got {text!r}", fix=f"Correct {flag}.")


def top_n_option(help_text: str) -> Any:
    """An option whose values are numbers of encoders, or `auto`."""

    def parse(text: str) -> Any:
        from blemore_cli.core.config.schema import kept_encoders

        try:
            return kept_encoders(text)
        except ValueError as error:
            raise typer.BadParameter(f"it {error}, got {text!r}.") from error

    return typer.Option(help=help_text, metavar="[N|auto]", parser=parse)
