"""`blemore train` and `blemore cv`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from blemore_cli.cli.command import Session, command
from blemore_cli.cli.crossval_views import crossval_views, scores_view
from blemore_cli.cli.top_n_option import top_n_option
from blemore_cli.core.choices import Protocol, Selection

if TYPE_CHECKING:
    from blemore_cli.core.config import Config
    from blemore_cli.experiments.run_dir import RunDir

PANEL = "2. Train"

TopN = Annotated[str | None, top_n_option("Encoders kept for each clip; auto learns how many.")]
ChosenSelection = Annotated[Selection | None, typer.Option(help="Which encoders are kept for a clip.")]
Seed = Annotated[int | None, typer.Option(help="Seed of every random stream; the first where there are more.", min=0)]
Seeds = Annotated[int, typer.Option(help="Number of seeds.", min=1, max=1000)]
Name = Annotated[str | None, typer.Option(help="Name of the run.", show_default="the command's name and a number")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run.")]
Encoders = Annotated[str | None, typer.Option(help="Encoders to use.", metavar="A,B,...")]
ChosenProtocol = Annotated[
    Protocol | None,
    typer.Option(help="nested, or official: epoch and thresholds chosen on the fold that is scored, as published."),
]
Device = Annotated[str | None, typer.Option(help="auto, cpu, cuda or cuda:N.")]
Jobs = Annotated[int | None, typer.Option(help="Processes; 0 is one for each core.", min=0)]


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    for function in (train, cv):
        command(app, panel=PANEL)(function)


def train(
    session: Session,
    seeds: Seeds = 1,
    top_n: TopN = None,
    selection: ChosenSelection = None,
    fold: Annotated[list[int] | None, typer.Option(help="Leave out this fold only; repeatable.", min=0)] = None,
    seed: Seed = None,
    name: Name = None,
    resume: Resume = False,
    encoders: Encoders = None,
    protocol: ChosenProtocol = None,
    device: Device = None,
    jobs: Jobs = None,
) -> None:
    """Train one model per official fold and seed; predict the fold it left out, and the test clips."""
    config = session.config(
        {"model.top_n": top_n, "model.selection": selection, **shared_keys(seed, encoders, protocol, device, jobs)}
    )
    metrics, run = _cross_validated(
        session, config, kind="train", n_seeds=seeds, folds=fold or [], name=name, resume=resume
    )
    run.become_latest()
    session.output.result(metrics, scores_view(metrics), next_step="blemore submit --out preds.csv")


def cv(
    session: Session,
    seeds: Seeds = 5,
    top_n: TopN = None,
    selection: ChosenSelection = None,
    seed: Seed = None,
    name: Name = None,
    resume: Resume = False,
    encoders: Encoders = None,
    protocol: ChosenProtocol = None,
    device: Device = None,
    jobs: Jobs = None,
) -> None:
    """Cross-validate over several seeds: error bars, and tables by fold, label and actor."""
    config = session.config(
        {"model.top_n": top_n, "model.selection": selection, **shared_keys(seed, encoders, protocol, device, jobs)}
    )
    metrics, _ = _cross_validated(session, config, kind="cv", n_seeds=seeds, folds=[], name=name, resume=resume)
    session.output.result(metrics, *crossval_views(metrics), next_step="blemore ablate")


def _cross_validated(
    session: Session, config: "Config", *, kind: str, n_seeds: int, folds: list[int], name: str | None, resume: bool
) -> tuple[dict[str, Any], "RunDir"]:
    from blemore_cli.experiments.crossval import check_trainable, cross_validate
    from blemore_cli.experiments.run_dir import start_run

    check_trainable(config, folds)
    run = start_run(config.runs, config, kind=kind, name=name, resume=resume)
    seeds = first_seeds(config, n_seeds)
    with session.output.progress() as tell:
        return cross_validate(config, run, seeds=seeds, folds=folds, progress=tell), run


def shared_keys(
    seed: int | None, encoders: str | None, protocol: str | None, device: str | None, jobs: int | None
) -> dict[str, Any]:
    """The configuration keys of the flags that every command of training has."""
    return {
        "model.encoders": encoders.split(",") if encoders is not None else None,
        "train.seed": seed,
        "train.protocol": protocol,
        "train.device": device,
        "train.jobs": jobs,
    }


def first_seeds(config: "Config", n: int) -> list[int]:
    """The configured seed and those after it."""
    return list(range(config.train.seed, config.train.seed + n))
