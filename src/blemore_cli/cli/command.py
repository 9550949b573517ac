"""Options of every command, `--config --set --json --quiet --debug`, declared once, and its error boundary."""

import inspect
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from blemore_cli.cli.console import Output, exit_codes
from blemore_cli.cli.interruption import interruptible
from blemore_cli.core.choices import PROJECT_FILE, Stale

if TYPE_CHECKING:
    from blemore_cli.core.config.schema import Config, DataConfig
    from blemore_cli.core.overwriting import ProjectInputs

_option = partial(typer.Option, rich_help_panel="Every command")


@dataclass(frozen=True)
class CommonOptions:
    """The options that every command has."""

    config: Annotated[
        Path | None, _option(help="Project file.", show_default=f"{PROJECT_FILE} here", metavar="PATH")
    ] = None
    overrides: Annotated[
        list[str] | None,
        _option("--set", help="Override a key of the project file; repeatable.", metavar="KEY=VALUE"),
    ] = None
    as_json: Annotated[bool, _option("--json", help="One JSON object on stdout, nothing else.")] = False
    quiet: Annotated[bool, _option("--quiet", help="No progress, no notes.")] = False
    debug: Annotated[bool, _option("--debug", help="Show the traceback of an error.")] = False


@dataclass(frozen=True)
class Session:
    """One invocation: the project and the output."""

    config_path: Path | None
    overrides: tuple[str, ...]
    output: Output

    def config(self, changes: dict[str, Any] | None = None) -> "Config":
        """The resolved configuration: the project file, then `--set`, then the flags of the command.

        Args:
            changes: Value of each dotted key that a flag gives; None leaves the key alone. Paths are relative to the
                working directory.
        """
        from blemore_cli.core.config.file import load_config, with_changes

        config, _ = load_config(self.config_path, self.overrides)
        return with_changes(config, {key: value for key, value in (changes or {}).items() if value is not None})

    def inputs(self, config: "Config") -> "ProjectInputs":
        """What the project reads, which no command writes over."""
        from blemore_cli.core.config.project_inputs import project_inputs

        return project_inputs(config, self.config_path)

    def check_fresh(self, index: Path, project: "DataConfig | None", stale: Stale) -> None:
        """Refuses an index whose metadata or features have changed since it was built, or notes it where allowed.

        Args:
            index: The index.
            project: Section `data` of the project whose index it is; None for another one.
            stale: Whether a stale index is an error.
        """
        from blemore_cli.data.staleness import check_fresh

        for note in check_fresh(index, project, is_allowed=stale == "allow"):
            self.output.note(note)

    def next_step(self, *words: str) -> str:
        """A command to type next, of the same project, runs and index.

        Examples:
            >>> Session(Path("my project.yaml"), (), Output()).next_step("submit", "--out", "preds.zip")
            "blemore submit --out preds.zip --config 'my project.yaml'"
        """
        where = ["--config", str(self.config_path)] if self.config_path else []
        moved = [each for each in self.overrides if each.startswith(("runs=", "data.index="))]
        return shlex.join(["blemore", *words, *where, *(word for each in moved for word in ("--set", each))])


def register(
    app: typer.Typer, function: Callable[..., None], *, panel: str, cls: type[TyperCommand] = TyperCommand
) -> None:
    """Makes a function a command; it receives a `Session`, its own options and its groups of options."""
    declared = [each for each in inspect.signature(function).parameters.values() if each.annotation is not Session]
    common = inspect.Parameter("common", inspect.Parameter.KEYWORD_ONLY, annotation=CommonOptions)

    @wraps(function)
    def run(**options: Any) -> None:
        given = grouped([*declared, common], options)
        shared = given.pop("common")
        output = Output(shared.as_json, shared.quiet, shared.debug)
        with exit_codes(output), interruptible():
            function(Session(shared.config, tuple(shared.overrides or ()), output), **given)

    parameters = flags([*declared, common])
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    app.command(function.__name__, cls=cls, rich_help_panel=panel)(run)


def flags(parameters: Sequence[inspect.Parameter]) -> list[inspect.Parameter]:
    """The flat, keyword-only parameters that Typer reads: one whose annotation is a dataclass is its fields."""
    flat = [flag for each in parameters for flag in (_fields(each) if _is_group(each) else [each])]
    return [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in flat]


def grouped(parameters: Sequence[inspect.Parameter], options: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a command from the values of its `flags`: each group is one argument again."""
    return {
        each.name: each.annotation(**{field.name: options[field.name] for field in _fields(each)})
        if _is_group(each)
        else options[each.name]
        for each in parameters
    }


def _is_group(parameter: inspect.Parameter) -> bool:
    return is_dataclass(parameter.annotation)


def _fields(group: inspect.Parameter) -> list[inspect.Parameter]:
    return list(inspect.signature(group.annotation).parameters.values())
