"""What every command shares: `--config --set --json --quiet --debug`, declared once, and the error boundary."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperCommand

from blemore_cli.cli.console import Output, exit_codes
from blemore_cli.core.choices import PROJECT_FILE

if TYPE_CHECKING:
    from blemore_cli.core.config import Config


SHARED: Final = {
    "config": Annotated[
        Path | None, typer.Option("--config", help="Project file.", show_default=f"{PROJECT_FILE} here", metavar="PATH")
    ],
    "overrides": Annotated[
        list[str] | None,
        typer.Option("--set", help="Override a key of the project file; repeatable.", metavar="KEY=VALUE"),
    ],
    "as_json": Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")],
    "quiet": Annotated[bool, typer.Option("--quiet", help="No progress, no notes.")],
    "debug": Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")],
}
DEFAULTS: Final[dict[str, Any]] = {"config": None, "overrides": None, "as_json": False, "quiet": False, "debug": False}


@dataclass(frozen=True)
class Session:
    """One invocation: where the project is, and where words go."""

    config_path: Path | None
    overrides: tuple[str, ...]
    output: Output

    def config(self, changes: dict[str, Any] | None = None) -> "Config":
        """The resolved configuration: the project file, then `--set`, then the flags of the command.

        Args:
            changes: Value of each dotted key that a flag gives; None leaves the key alone. Paths are relative to the
                working directory.
        """
        from blemore_cli.core.config_file import load_config, with_changes

        config, _ = load_config(self.config_path, self.overrides)
        return with_changes(config, {key: value for key, value in (changes or {}).items() if value is not None})


def command(
    app: typer.Typer, *, panel: str, cls: type[TyperCommand] = TyperCommand
) -> Callable[[Callable[..., None]], None]:
    """Registers a function as a command; it receives a `Session` and its own options."""

    def register(function: Callable[..., None]) -> None:
        own = [each for each in inspect.signature(function).parameters.values() if each.name != "session"]
        shared = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=DEFAULTS[key], annotation=annotation)
            for key, annotation in SHARED.items()
        ]

        @wraps(function)
        def run(**options: Any) -> None:
            common = {key: options.pop(key) for key in SHARED}
            output = Output(common["as_json"], common["quiet"], common["debug"])
            with exit_codes(output):
                function(Session(common["config"], tuple(common["overrides"] or ()), output), **options)

        parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
        run.__signature__ = inspect.Signature([*parameters, *shared])  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in [*parameters, *shared]}
        app.command(function.__name__, cls=cls, rich_help_panel=panel)(run)

    return register
