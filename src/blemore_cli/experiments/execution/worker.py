"""What a worker does with a group of units: read the features once, train the models together, write each to disk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from blemore_cli.core.choices import MatchPrior, Standardize
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import BlemoreError
from blemore_cli.core.parallel.progress import advance
from blemore_cli.data.index.feature_table import FeatureTable, load_table, standardised, without_unidentified_test_clips
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.execution.unit import FoldUnit, InnerUnit, Records, Unit, save_fold, save_watched
from blemore_cli.training.baselines.direct import FITTED_DIRECTLY, fit_directly
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.device import limit_threads
from blemore_cli.training.group import Trained, train, train_and_predict


@dataclass(frozen=True)
class Failure:
    """A unit that could not be trained.

    Attributes:
        arm: The arm that it belongs to.
        error: What went wrong.
    """

    arm: str
    error: BlemoreError


def work_on(units: tuple[Unit, ...]) -> list[Failure]:
    """Trains units that can be stacked and writes each that succeeded; returns those that failed."""
    config = units[0].task.config
    limit_threads(config.train.threads)
    table = shared_table(config)
    if isinstance(units[0], InnerUnit):
        return _finished(units, _watch, table)
    if config.model.family in FITTED_DIRECTLY:
        return _finished(units, _fit, table)
    return _finished(units, _train, table)


def shared_table(config: Config) -> FeatureTable:
    """The features that a configuration asks for, read once in a process while the index stays as it is.

    Where they are standardised within persons, test clips of unknown persons are left out: arms can be compared
    without them. Who predicts test clips checks `crossval.check_trainable` first.
    """
    path = config.data.index
    state = path.stat() if path.exists() else None
    key = state and (state.st_mtime_ns, state.st_size)
    return _table(path, key, tuple(config.model.encoders), config.train.standardize)


@lru_cache(maxsize=1)
def _table(path: Path, state: object, encoders: tuple[str, ...], standardize: Standardize) -> FeatureTable:  # noqa: ARG001
    """The features; `state` is part of the key alone."""
    table = load_table(read_index(path), encoders)
    return standardised(without_unidentified_test_clips(table) if standardize == "person" else table, standardize)


def _finished(
    units: Sequence[Any], work: Callable[[FeatureTable, Sequence[Any]], list[BlemoreError | None]], table: FeatureTable
) -> list[Failure]:
    """Does the work for all units at once; if that fails, one by one, so that a bad one does not take others along."""
    try:
        errors = work(table, units)
    except (BlemoreError, RuntimeError, MemoryError, ValueError) as error:
        if len(units) > 1:
            return [failure for unit in units for failure in _finished([unit], work, table)]
        errors = [error if isinstance(error, BlemoreError) else BlemoreError(f"{type(error).__name__}: {error}")]
    return [Failure(unit.arm, error) for unit, error in zip(units, errors, strict=True) if error is not None]


def _watch(table: FeatureTable, units: Sequence[InnerUnit]) -> list[BlemoreError | None]:
    outcomes = train_and_predict(table, [unit.task for unit in units])
    return [_kept(save_watched, unit, outcome) for unit, outcome in zip(units, outcomes, strict=True)]


def _train(table: FeatureTable, units: Sequence[FoldUnit]) -> list[BlemoreError | None]:
    def save(unit: FoldUnit, trained: Trained) -> None:
        save_fold(unit, _checkpoint(table, unit, trained), unit.log + _records(unit, trained))

    outcomes = train(table, [unit.task for unit in units])
    return [_kept(save, unit, outcome) for unit, outcome in zip(units, outcomes, strict=True)]


def _fit(table: FeatureTable, units: Sequence[FoldUnit]) -> list[BlemoreError | None]:
    for unit in units:
        network, scaler, decoder = fit_directly(table, unit.task.train, unit.task.config, unit.task.shift_weights)
        save_fold(unit, Checkpoint(network, scaler, decoder, *_keys(table, unit)), unit.log)
        advance()
    return [None] * len(units)


def _kept(save: Callable[[Any, Any], None], unit: Unit, outcome: object) -> BlemoreError | None:
    if isinstance(outcome, BlemoreError):
        return outcome
    if not unit.is_done:
        save(unit, outcome)
    return None


def _checkpoint(table: FeatureTable, unit: FoldUnit, trained: Trained) -> Checkpoint:
    if unit.decoder is None:
        raise BlemoreError(f"the model of fold {unit.fold} needs a decoder")
    return Checkpoint(trained.network, trained.scaler, unit.decoder, *_keys(table, unit))


def _keys(table: FeatureTable, unit: FoldUnit) -> tuple[tuple[str, ...], int, Any, int, int, str, MatchPrior]:
    task = unit.task
    trained = (unit.fold, unit.target, task.seed, task.n_epochs)
    return table.names, *trained, table.index_sha256, task.config.decode.match_prior


def _records(unit: FoldUnit, trained: Trained) -> Records:
    stage = "final" if unit.target == "held_out" else f"final {unit.target}"
    keys = {"seed": unit.task.seed, "fold": unit.fold, "stage": stage}
    return [{**keys, "epoch": epoch, "loss": float(loss)} for epoch, loss in enumerate(trained.loss, 1)]
