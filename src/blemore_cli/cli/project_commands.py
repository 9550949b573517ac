"""`blemore init` and `blemore demo`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from blemore_cli.cli.ablation_commands import ablate
from blemore_cli.cli.command import Session, command
from blemore_cli.cli.console import table
from blemore_cli.cli.data_commands import index
from blemore_cli.cli.report_commands import report
from blemore_cli.cli.submission_commands import submit
from blemore_cli.cli.training_commands import train
from blemore_cli.core.choices import PROJECT_FILE
from blemore_cli.core.errors import ArtefactError

PANEL = "0. Start"


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    command(app, panel=PANEL)(init)
    command(app, panel=PANEL)(demo)


def init(
    session: Session,
    folder: Annotated[Path, typer.Argument(help="Project folder.", metavar="[DIR]", show_default=False)] = Path(),
    features: Annotated[list[Path] | None, typer.Option(help="Features; repeatable.", metavar="PATH")] = None,
    train_metadata: Annotated[Path | None, typer.Option(help="Official training metadata.", metavar="CSV")] = None,
    test_metadata: Annotated[Path | None, typer.Option(help="Names of the test clips.", metavar="CSV")] = None,
) -> None:
    """Write a commented blemore.yaml."""
    from blemore_cli.core.config_template import write_project_file

    path = folder / PROJECT_FILE
    write_project_file(path, features=features or [], train_metadata=train_metadata, test_metadata=test_metadata)
    where = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    session.output.result({"config": str(path)}, f"wrote {path}", next_step=f"{where}blemore index")


def demo(
    session: Session,
    folder: Annotated[Path, typer.Argument(help="Folder to make.", metavar="[DIR]", show_default=False)] = Path("demo"),
    clips: Annotated[int, typer.Option(help="Number of clips.", min=58)] = 3050,
    seed: Annotated[int, typer.Option(help="Seed of the planted data.", min=0)] = 0,
) -> None:
    """Plant an example project and run the whole workflow on it."""
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise ArtefactError(f"a demo needs a folder that is empty or new, and {folder} is not", fix="Name another.")
    from blemore_cli.data.example import write_example
    from blemore_cli.reporting.planted import planted_answer

    inner = _on_stderr(session) if session.output.as_json else session
    project = replace(inner, config_path=folder / PROJECT_FILE)
    _say(session, f"planting {clips} clips in {folder}")
    write_example(folder, n_clips=clips, seed=seed)
    _say(session, f"$ cd {folder}", "$ blemore index")
    index(project)
    _say(session, "$ blemore train --top-n 3")
    train(project, top_n="3")
    _say(session, "$ blemore ablate --selection random --seeds 2")
    ablate(project, selection=["random"], seeds=2)
    _say(session, "$ blemore submit --out preds.csv")
    submit(project, out=folder / "preds.csv")
    _say(session, "$ blemore report")
    report(project, out=folder / "report.html")
    answer = planted_answer(folder, project.config().runs)
    rows = [[key, f"{value:.3f}"] for key, value in answer.items()]
    session.output.result(
        {"project": str(folder), **answer},
        table("\nAgainst the planted answer, on the test clips", "", "", rows=rows),
        next_step=f"cd {folder} && blemore inspect",
    )


def _on_stderr(session: Session) -> Session:
    """The same session with its tables on stderr, or nowhere if quiet: stdout is left to one JSON object."""
    tables = Console(stderr=True, highlight=False, quiet=session.output.quiet)
    return replace(session, output=replace(session.output, as_json=False, stdout=tables))


def _say(session: Session, *lines: str) -> None:
    if not session.output.quiet:
        for line in lines:
            session.output.stderr.print(line, style="bold", markup=False)
