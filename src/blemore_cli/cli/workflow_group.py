"""Command group `blemore`, whose usage errors look like every other error, and are JSON with `--json`."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from typer.core import TyperGroup
from typer.exceptions import TyperException

from blemore_cli.cli.console import Output
from blemore_cli.core.errors import UsageError


class WorkflowGroup(TyperGroup):
    """A group of commands whose usage errors are printed by `console.Output`."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs the command line, and ends the process unless `standalone_mode` is off."""
        run = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        if not standalone_mode:
            return run()
        try:
            code = run()
        except TyperException as error:
            words = sys.argv if args is None else args
            sys.exit(_refused(error, Output(as_json="--json" in words, debug="--debug" in words)))
        sys.exit(code or 0)


def _refused(error: TyperException, output: Output) -> int:
    """Prints a usage error and returns its exit code; without a command, the help is all."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "blemore"
    if message := error.format_message().rstrip("."):
        output.failed(UsageError(message, fix=f"See `{path} --help`."))
    return error.exit_code
