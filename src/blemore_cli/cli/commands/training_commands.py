"""`blemore train` and `blemore cv`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.options.parsed_options import top_n_option
from blemore_cli.cli.options.training_options import Seeds, TrainingOptions, first_seeds
from blemore_cli.core.choices import Selection

if TYPE_CHECKING:
    from blemore_cli.core.config.schema import Config
    from blemore_cli.experiments.runs.folder import RunFolder
    from blemore_cli.experiments.runs.metrics import RunMetrics

TopN = Annotated[Any, top_n_option("Encoders kept for each clip; auto learns how many.")]
ChosenSelection = Annotated[Selection | None, typer.Option(help="Which encoders are kept for a clip.")]


def train(
    session: Session,
    training: TrainingOptions,
    top_n: TopN = None,
    selection: ChosenSelection = None,
    fold: Annotated[list[int] | None, typer.Option(help="Leave out this fold only; repeatable.", min=0)] = None,
    seeds: Seeds = 1,
) -> None:
    """Train one model per official fold and seed; predict the fold it left out, and the test clips."""
    from blemore_cli.cli.views.crossval_views import scores_view

    config = session.config({"model.top_n": top_n, "model.selection": selection, **training.changes})
    metrics, run = _cross_validated(session, config, training, kind="train", n_seeds=seeds, folds=fold or [])
    run.become_latest()
    session.output.result(
        metrics.as_json(), scores_view(metrics), next_step=session.next_step("submit", "--out", "preds.csv")
    )
    training.add_extras(run, session.output)


def cv(
    session: Session,
    training: TrainingOptions,
    top_n: TopN = None,
    selection: ChosenSelection = None,
    seeds: Seeds = 5,
) -> None:
    """Cross-validate over several seeds: error bars, and tables by fold, label and actor."""
    from blemore_cli.cli.views.crossval_views import crossval_views

    config = session.config({"model.top_n": top_n, "model.selection": selection, **training.changes})
    metrics, run = _cross_validated(session, config, training, kind="cv", n_seeds=seeds, folds=[])
    session.output.result(
        metrics.as_json(), *crossval_views(metrics), next_step=session.next_step("explain", "--run", run.name)
    )
    training.add_extras(run, session.output)


def _cross_validated(
    session: Session, config: "Config", training: TrainingOptions, *, kind: str, n_seeds: int, folds: list[int]
) -> tuple["RunMetrics", "RunFolder"]:
    from blemore_cli.experiments.crossval import cross_validate
    from blemore_cli.experiments.data_checks.gap_notes import index_gap_notes
    from blemore_cli.experiments.data_checks.ignored_settings import ignored_settings
    from blemore_cli.experiments.data_checks.trainable import check_trainable

    session.check_fresh(config.data.index, config.data, training.stale)
    index = check_trainable(config, folds, device_is_here=training.is_local)
    backend = training.backend(session.output.note)
    session.output.notes([*ignored_settings(config), *index_gap_notes(index, config.model.encoders, folds)])
    seeds = first_seeds(config, n_seeds)
    with training.run_folder(config, kind) as run, session.output.progress() as progress:
        metrics = cross_validate(config, run, seeds=seeds, folds=folds, index=index, progress=progress, backend=backend)
    return metrics, run
