"""`blemore tune`."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.options.training_options import Seeds, TrainingOptions, first_seeds
from blemore_cli.core.choices import Sampler
from blemore_cli.core.errors import UsageError
from blemore_cli.core.optional_package import check_installed

if TYPE_CHECKING:
    from blemore_cli.core.config.schema import Config
    from blemore_cli.data.index.file import Index
    from blemore_cli.experiments.tuning.design import SearchDesign
    from blemore_cli.experiments.tuning.space import Space


def tune(
    session: Session,
    training: TrainingOptions,
    n_trials: Annotated[
        int, typer.Option("--trials", help="Settings to try, the project's among them.", min=2, max=10_000)
    ] = 24,
    seconds: Annotated[
        float | None,
        typer.Option(help="Begin no more trials after this time, which is looked at after every 8.", min=0.0),
    ] = None,
    space: Annotated[
        Path | None, typer.Option(help="YAML file: values or a range for each key.", show_default="nine keys")
    ] = None,
    sampler: Annotated[
        Sampler, typer.Option(help="Quasi-random trials for all folds, or trials proposed for each fold by its losses.")
    ] = "sobol",
    seeds: Seeds = 1,
) -> None:
    """Search settings by inner folds alone: each outer fold gets a choice of its own, and scores it once."""
    config = session.config(training.changes)
    from blemore_cli.experiments.data_checks.trainable import check_trainable
    from blemore_cli.experiments.tuning.space import DEFAULT_SPACE, read_space
    from blemore_cli.experiments.tuning.tune import check_searchable

    if training.tensorboard:
        raise UsageError("a search writes no event files", fix="Leave --tensorboard out.")
    if sampler == "tpe":
        check_installed("optuna", "--sampler tpe", extra="tune", otherwise="leave --sampler out")
    searched, is_local = read_space(space) if space else DEFAULT_SPACE, training.is_local
    check_searchable(config, searched)
    session.check_fresh(config.data.index, config.data, training.stale)
    index = check_trainable(config, predicts_test=False, device_is_here=is_local)
    design = _design(session, config, searched, n_trials, sampler, index, is_local)
    _run(session, training, config, replace(design, seeds=tuple(first_seeds(config, seeds)), seconds=seconds), index)


def _design(
    session: Session, config: "Config", space: "Space", n: int, sampler: Sampler, index: "Index", is_local: bool
) -> "SearchDesign":
    from blemore_cli.experiments.data_checks.trainable import check_fits_index, chosen_folds
    from blemore_cli.experiments.tuning.design import BATCH, SearchDesign, trials
    from blemore_cli.experiments.tuning.proposals import Proposals

    check = partial(check_fits_index, index=index, device_is_here=is_local)
    n_shared = n if sampler == "sobol" else min(n, BATCH)
    tried = trials(config, space, n_shared, check=check)
    if len(tried) < n_shared:
        session.output.note(f"the space has {len(tried)} different settings, those of the project among them")
    if sampler == "sobol":
        return SearchDesign(space, tried, n_trials=n)
    proposals = Proposals(config, space, n, chosen_folds(index, ()), check)
    return SearchDesign(space, tried, sampler=sampler, after=proposals.after, n_trials=n)


def _run(session: Session, training: TrainingOptions, config: "Config", design: "SearchDesign", index: "Index") -> None:
    from blemore_cli.cli.views.tuning_views import tuning_views
    from blemore_cli.experiments.tuning.tune import run_tuning, settled_trials
    from blemore_cli.reporting.paper.tuning_files import write_tuning

    backend = training.backend(session.output.note)
    with training.run_folder(config, "tune") as run:
        with session.output.progress() as progress:
            result = run_tuning(run, design, index=index, progress=progress, backend=backend)
        write_tuning(result, settled_trials(run, design), run.path)
        run.finish(result.as_json())
    session.output.note(f"figure, trials and choice are in {run.path}")
    settings = [word for key, value in result.best.items() for word in ("--set", f"{key}={value}")]
    session.output.result(
        result.as_json(), *tuning_views(result), next_step=session.next_step("train", *settings, "--name", "tuned")
    )
