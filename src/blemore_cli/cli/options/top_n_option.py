"""Option `--top-n`: a number of encoders, or `auto`, checked as `model.top_n`."""

from typing import Any

import typer


def top_n_option(help_text: str) -> Any:
    """An option whose values, one or several, `core.config.schema.kept_encoders` reads."""

    def check(given: str | list[str] | None) -> str | list[str] | None:
        from blemore_cli.core.config.schema import kept_encoders

        for value in [given] if isinstance(given, str) else given or []:
            try:
                kept_encoders(value)
            except ValueError as error:
                raise typer.BadParameter(f"it {error}, got {value!r}.") from error
        return given

    return typer.Option(help=help_text, metavar="[N|auto]", callback=check)
