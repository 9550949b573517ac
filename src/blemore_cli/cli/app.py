"""The `blemore` command: its groups in the order of the workflow."""

from typing import Annotated

import typer

from blemore_cli import __version__
from blemore_cli.cli import (
    ablation_commands,
    data_commands,
    explain_commands,
    person_commands,
    project_commands,
    report_commands,
    submission_commands,
    training_commands,
)

app = typer.Typer(
    name="blemore",
    help="Recognise blended emotions and their salience from the features of many encoders.",
    epilog="In a folder with a blemore.yaml: blemore index, blemore train --top-n 3, blemore submit --out preds.csv",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"blemore {__version__}")
        raise typer.Exit


@app.callback()
def _blemore(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Version.")
    ] = False,
) -> None:
    """Recognise blended emotions and their salience from the features of many encoders."""


for group in (
    project_commands,
    data_commands,
    person_commands,
    training_commands,
    ablation_commands,
    explain_commands,
    submission_commands,
    report_commands,
):
    group.register(app)


def main() -> None:
    """Entry point of the `blemore` script."""
    app()
