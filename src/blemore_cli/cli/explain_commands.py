"""`blemore explain`."""

from pathlib import Path
from typing import Annotated

import typer

from blemore_cli.cli.command import Session, command
from blemore_cli.cli.explain_views import explain_views
from blemore_cli.core.choices import PROJECT_FILE

PANEL = "3. Judge and submit"


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    command(app, panel=PANEL)(explain)


def explain(
    session: Session,
    run: Annotated[
        str | None,
        typer.Option(
            help="Run to explain; RUN/arms/ARM is an arm.", metavar="NAME", show_default="the newest finished train run"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of tables and figures.", metavar="DIR", show_default="runs/NAME/explain")
    ] = None,
) -> None:
    """Say which encoders are kept, when, and whether the gate is right for the clip."""
    config = session.config()
    from blemore_cli.experiments import explanation
    from blemore_cli.experiments.run_dir import find_run
    from blemore_cli.reporting.explanation_files import write_explanation

    chosen = find_run(config.runs, run)
    project = (session.config_path or Path(PROJECT_FILE)).absolute().parent
    found = explanation.explain(chosen, config.data.index, project=project)
    folder = out or chosen.path / "explain"
    write_explanation(found, folder)
    session.output.note(f"figures and tables for papers are in {folder}")
    judged = len(found.seeds) > 1
    next_step = "blemore submit --out preds.csv" if judged else "blemore cv --name seeds; blemore explain --run seeds"
    session.output.result(found.as_json(), *explain_views(found), next_step=next_step)
