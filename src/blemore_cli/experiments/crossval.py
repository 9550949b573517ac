"""Cross-validation on the official folds: fold models, their collected predictions, and the Scores of these."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.parallel.backend import LOCAL, Backend
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.data_checks.trainable import check_trainable, chosen_folds
from blemore_cli.experiments.execution.arm_shift_weights import measured_shift_weights
from blemore_cli.experiments.execution.collect_results import collect_results
from blemore_cli.experiments.execution.common_ground import common_ground, on_device
from blemore_cli.experiments.execution.plan import Arm, is_trained, with_trained_models
from blemore_cli.experiments.execution.scheduler import Progress, Scheduler
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import RunMetrics, read_metrics
from blemore_cli.experiments.runs.start import settle_device, settle_index, settle_slots


def cross_validate(
    config: Config,
    run: RunFolder,
    *,
    seeds: Sequence[int],
    folds: Sequence[int] = (),
    index: Index | None = None,
    progress: Progress,
    backend: Backend = LOCAL,
) -> RunMetrics:
    """Trains the fold models that are not on disk yet and fills the run folder.

    Seeds and folds that the run has models of already are completed and counted in.

    Args:
        config: The resolved configuration.
        run: The run's folder; finished units in it are kept.
        seeds: Seeds; each trains every fold model.
        folds: Folds to leave out; all where empty.
        index: What `check_trainable` returned for this configuration; read and checked here where it was not yet.
        progress: Called with a name of the work, what is done of it, and all of it.
        backend: The engine, and the slots of a new run.

    Returns:
        The figures that `metrics.json` holds.

    Raises:
        ArtefactError: If the index is not the one that the run was begun with, or another process is at work on it.
        BlemoreError: The error of the first training that failed.
    """
    index = index or check_trainable(config, folds, device_is_here=backend.is_local)
    with run.locked():
        settle_index(run, index.sha256)
        arm = Arm(
            name=run.name,
            config=config,
            run=run,
            seeds=tuple(seeds),
            folds=chosen_folds(index, folds),
            predicts_test=bool(index.clips.is_test.any()),
        )
        arm = with_trained_models(arm)
        trains_here = backend.is_local and not (run.is_finished and is_trained([arm]))
        device = settle_device(run, config.train.device, is_here=trains_here)
        config = on_device(config, device)
        with new_engine(config.train.jobs, backend, common_ground(run, index, config, device)) as engine:
            slots = settle_slots(run, backend.slots, engine.default_slots)
            [weights] = measured_shift_weights([config], run, index, engine, partial(progress, "shift"))
            arm = replace(arm, config=config, shift_weights=weights)
            if is_trained([arm]) and (before := _metrics_of(arm)):
                run.remove_inner()
                return before
            run.reopen()
            scheduler = Scheduler(index, [arm], engine, slots=slots, progress=partial(progress, "trainings"))
            for _, failures in scheduler.waves():
                for failure in failures:
                    raise failure.error
        return collect_results(arm, index=index, slots=slots).metrics


def _metrics_of(arm: Arm) -> RunMetrics | None:
    """The metrics of a finished run of exactly these seeds and folds; damaged ones are made again."""
    if not arm.run.is_intact:
        return None
    try:
        metrics = read_metrics(arm.run)
    except ArtefactError:
        return None
    folds = [fold.fold for fold in metrics.folds]
    return metrics if (metrics.seeds, folds) == (list(arm.seeds), list(arm.folds)) else None
