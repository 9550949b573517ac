"""`blemore train`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from blemore_cli.cli.command import Session, command
from blemore_cli.cli.console import table
from blemore_cli.core.choices import Selection

PANEL = "2. Train"


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    command(app, panel=PANEL)(train)


def train(
    session: Session,
    top_n: Annotated[int | None, typer.Option(help="Encoders kept for each clip.", min=1)] = None,
    selection: Annotated[Selection | None, typer.Option(help="Which encoders are kept for a clip.")] = None,
    fold: Annotated[list[int] | None, typer.Option(help="Leave out this fold only; repeatable.", min=0)] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of every random stream.", min=0)] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run.  [default: train-001, ...]")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run.")] = False,
    encoders: Annotated[str | None, typer.Option(help="Encoders to use.", metavar="A,B,...")] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or cuda:N.")] = None,
    jobs: Annotated[int | None, typer.Option(help="Processes; 0 is one for each core.", min=0)] = None,
) -> None:
    """Train one model per official fold; predict the fold it left out, and the test clips."""
    config = session.config(
        {
            "model.top_n": top_n,
            "model.selection": selection,
            "model.encoders": encoders.split(",") if encoders is not None else None,
            "train.seed": seed,
            "train.device": device,
            "train.jobs": jobs,
        }
    )
    from blemore_cli.experiments.crossval import check_trainable, cross_validate
    from blemore_cli.experiments.run_dir import start_run

    check_trainable(config, fold or [])
    run = start_run(config.runs, config, kind="train", name=name, resume=resume)
    with session.output.progress() as tell:
        metrics = cross_validate(config, run, folds=fold or [], progress=lambda n, total: tell("fold models", n, total))
    session.output.result(metrics, _scores(metrics, run.path), next_step="blemore submit --out preds.csv")


def _scores(metrics: dict[str, Any], path: Path) -> Any:
    parts = [*((f"fold {part['fold']}", part) for part in metrics["folds"]), ("all", metrics["oof"])]
    rows = [[label, *(f"{part[key]:.3f}" for key in ("presence", "salience", "score"))] for label, part in parts]
    title = f"{path}: out-of-fold accuracy, {metrics['protocol']} protocol, {metrics['n_clips']} clips"
    return table(title, "held out", "presence", "salience", "Score", rows=rows)
