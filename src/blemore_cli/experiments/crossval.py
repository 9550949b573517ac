"""Cross-validation on the official folds: train every fold model, gather their predictions, score them once."""

from collections.abc import Sequence
from functools import partial

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.core.parallel.engine import n_cores
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.data.index.feature_table import check_encoders, check_gate_view
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.data.index.group_standardisation import check_persons
from blemore_cli.data.splits import check_no_shared_actor, fold_splits
from blemore_cli.experiments.execution.collect_results import collect_results
from blemore_cli.experiments.execution.plan import Arm, fold_paths, with_trained_models
from blemore_cli.experiments.execution.scheduler import Progress, Scheduler
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import RunMetrics, read_metrics
from blemore_cli.experiments.runs.shift_file import with_shift_weights
from blemore_cli.experiments.runs.start import settle_index, settle_slots
from blemore_cli.training.combinations import check_combination
from blemore_cli.training.device import choose_device
from blemore_cli.training.spec import check_rules


def cross_validate(
    config: Config,
    run: RunFolder,
    *,
    seeds: Sequence[int],
    folds: Sequence[int] = (),
    index: Index | None = None,
    progress: Progress,
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

    Returns:
        The figures that `metrics.json` holds.

    Raises:
        ArtefactError: If the index is not the one that the run was begun with, or another process is at work on it.
        BlemoreError: What the first training that failed says.
    """
    index = index or check_trainable(config, folds)
    has_test = bool(index.clips.is_test.any())
    with run.locked():
        settle_index(run, index.sha256)
        arm = with_trained_models(Arm(run.name, config, run, tuple(seeds), chosen_folds(index, folds), has_test))
        with new_engine(config.train.jobs) as engine:
            [arm] = with_shift_weights([arm], run, index, engine, partial(progress, "shift"))
            if all(path.is_dir() for path in fold_paths(arm)) and (before := _metrics_of(arm)):
                return before
            run.reopen()
            slots = settle_slots(run, n_cores())
            scheduler = Scheduler(index, [arm], engine, slots=slots, progress=partial(progress, "trainings"))
            for _, failures in scheduler.waves():
                for failure in failures:
                    raise failure.error
        return collect_results(arm, index=index, slots=slots).metrics


def _metrics_of(arm: Arm) -> RunMetrics | None:
    """The metrics of a finished run of exactly these seeds and folds; damaged ones are made again."""
    if not arm.run.is_finished:
        return None
    try:
        metrics = read_metrics(arm.run)
    except ArtefactError:
        return None
    folds = [fold.fold for fold in metrics.folds]
    return metrics if (metrics.seeds, folds) == (list(arm.seeds), list(arm.folds)) else None


def check_trainable(config: Config, folds: Sequence[int] = (), *, predicts_test: bool = True) -> Index:
    """Reads the index, refusing what could not be trained before anything is written.

    Args:
        config: The resolved configuration.
        folds: Folds to leave out; all where empty.
        predicts_test: Whether the test clips are predicted too.

    Raises:
        ArtefactError: If the index is missing or damaged, or lacks an encoder.
        UsageError: If a fold does not exist.
        DataError: If an actor is on both sides of a split, unless allowed; or if a clip that is predicted has no
            person, and features are standardised or predictions matched within persons.
        ConfigError: As `check_fits_index`.
    """
    index = read_index(config.data.index)
    check_fits_index(config, index)
    chosen_folds(index, folds)
    if predicts_test:
        _check_persons(config, index)
    if not config.data.allow_actor_overlap:
        for split in fold_splits(index.clips):
            check_no_shared_actor(index.clips, split)
    return index


def check_fits_index(config: Config, index: Index) -> None:
    """Refuses a configuration that could not be trained on an index or on this machine.

    Raises:
        ArtefactError: If the index lacks an encoder, or the gate's view is not of those in use.
        ConfigError: If the device is not there, or as `check_combination`.
    """
    check_combination(config)
    names = check_encoders(index, config.model.encoders)
    if config.model.family == "gated":
        check_gate_view(names, config.model.gate_view)
    check_rules(config)
    choose_device(config.train.device)


def _check_persons(config: Config, index: Index) -> None:
    settings = {"train.standardize": config.train.standardize, "decode.match_prior": config.decode.match_prior}
    for key, value in settings.items():
        if value == "person":
            check_persons(index.clips, f"{key}={value}")


def chosen_folds(index: Index, folds: Sequence[int]) -> tuple[int, ...]:
    """The folds to leave out: those given, or all.

    Raises:
        UsageError: If one does not exist.
    """
    known = [split.fold for split in fold_splits(index.clips)]
    unknown = sorted(set(folds) - set(known))
    if unknown:
        raise UsageError(f"a fold is one of {', '.join(map(str, known))}, got {unknown[0]}", fix="Correct --fold.")
    return tuple(fold for fold in known if not folds or fold in folds)
