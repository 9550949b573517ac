"""The `blemore` command: its commands in the order of the workflow."""

import json
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Annotated, Final

import typer
from typer.core import TyperCommand

from blemore_cli import __version__
from blemore_cli.cli.command import register
from blemore_cli.cli.commands.ablation_commands import ablate, baseline
from blemore_cli.cli.commands.data_commands import index, inspect
from blemore_cli.cli.commands.explain_commands import explain
from blemore_cli.cli.commands.extract_commands import extract
from blemore_cli.cli.commands.person_commands import identify
from blemore_cli.cli.commands.project_commands import demo, init
from blemore_cli.cli.commands.report_commands import report
from blemore_cli.cli.commands.stress_commands import stress
from blemore_cli.cli.commands.submission_commands import evaluate, submit
from blemore_cli.cli.commands.training_commands import cv, train
from blemore_cli.cli.commands.tune_command import tune
from blemore_cli.cli.commands.workers_command import workers
from blemore_cli.cli.console import lost_output
from blemore_cli.cli.options.variadic_arm import VariadicArm
from blemore_cli.cli.versions import versions
from blemore_cli.cli.workflow_group import WorkflowGroup

WORKFLOW: Final[dict[str, tuple[Callable[..., None], ...]]] = {
    "1. Start": (demo, init),
    "2. Prepare the features": (extract, index, inspect, identify),
    "3. Train": (train, cv, workers),
    "4. Compare": (ablate, baseline, tune),
    "5. Understand": (explain, stress, report),
    "6. Submit": (submit, evaluate),
}
"""The commands of each panel of `--help`."""

HELP = """Recognise blended emotions and their relative salience from the features of many pre-trained encoders.

New here? `blemore demo` plants an example and runs all of it. On the challenge's files:

blemore init --features DIR --train-metadata CSV --test-metadata CSV
blemore index
blemore train --top-n 3
blemore ablate --selection random
blemore submit --out preds.csv
"""

app = typer.Typer(
    name="blemore",
    cls=WorkflowGroup,
    help=HELP,
    epilog="`blemore COMMAND --help` has the flags. Each ends with what it found and the next command to type.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _blemore(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Version.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --version: versions of all that shapes numbers.")
    ] = False,
) -> None:
    if version:
        typer.echo(json.dumps(versions(), indent=2) if as_json else f"blemore {__version__}")
        raise typer.Exit
    if as_json:
        context.fail("--json goes after the command, or with --version.")
    if context.invoked_subcommand is None:
        context.fail("Missing command.")


for panel, functions in WORKFLOW.items():
    for function in functions:
        register(app, function, panel=panel, cls=VariadicArm if function is ablate else TyperCommand)


def main() -> None:
    """Entry point of the `blemore` script."""
    if os.environ.get("COLUMNS") == "0":  # some containers say so, and mean that they do not know
        del os.environ["COLUMNS"]
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as stderr does: a result is never lost to an encoding
    with lost_output():
        app()
