"""Training of a group of units in a worker process: their models are trained together, and each is written to disk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from blemore_cli.core.errors import BlemoreError
from blemore_cli.core.parallel.progress import advance
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.experiments.execution.feature_cache import shared_table
from blemore_cli.experiments.execution.unit import FoldUnit, InnerUnit, Unit, save_epoch_predictions, save_fold
from blemore_cli.experiments.runs.tables import Records
from blemore_cli.model.network import FusionNetwork
from blemore_cli.training.baselines.direct import FITTED_DIRECTLY, fit_directly
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.device import limit_threads
from blemore_cli.training.group import Trained, train, train_and_predict
from blemore_cli.training.scaler import Scaler


@dataclass(frozen=True)
class Failure:
    """The error of a unit that could not be trained, and the name of the unit's arm."""

    arm: str
    error: BlemoreError


def work_on(units: tuple[Unit, ...], *, index: Index) -> list[Failure]:
    """Trains units that can be stacked and writes each that succeeded; returns those that failed.

    Raises:
        ArtefactError: If the file of the index holds something else by now.
    """
    config = units[0].task.config
    limit_threads(config.train.threads)
    table = shared_table(index, config)
    fit = _fit_folds if config.model.family in FITTED_DIRECTLY else _train_folds
    return _finished(units, _train_inner if isinstance(units[0], InnerUnit) else fit, table)


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


def _train_inner(table: FeatureTable, units: Sequence[InnerUnit]) -> list[BlemoreError | None]:
    outcomes = train_and_predict(table, [unit.task for unit in units])
    return [_saved(save_epoch_predictions, unit, outcome) for unit, outcome in zip(units, outcomes, strict=True)]


def _train_folds(table: FeatureTable, units: Sequence[FoldUnit]) -> list[BlemoreError | None]:
    def save(unit: FoldUnit, trained: Trained) -> None:
        decoder = trained.decoder or unit.decoder
        if decoder is None:
            raise BlemoreError(f"the model of fold {unit.fold} needs a decoder")
        checkpoint = _checkpoint(table, unit, trained.network, trained.scaler, decoder)
        save_fold(unit, checkpoint, unit.log + _records(unit, trained))

    outcomes = train(table, [unit.task for unit in units])
    return [_saved(save, unit, outcome) for unit, outcome in zip(units, outcomes, strict=True)]


def _fit_folds(table: FeatureTable, units: Sequence[FoldUnit]) -> list[BlemoreError | None]:
    for unit in units:
        fitted = fit_directly(table, unit.task.train, unit.task.config, unit.task.shift_weights)
        save_fold(unit, _checkpoint(table, unit, *fitted), unit.log)
        advance()
    return [None] * len(units)


def _saved(save: Callable[[Any, Any], None], unit: Unit, outcome: object) -> BlemoreError | None:
    if isinstance(outcome, BlemoreError):
        return outcome
    if not unit.is_done:
        save(unit, outcome)
    return None


def _checkpoint(
    table: FeatureTable, unit: FoldUnit, network: FusionNetwork, scaler: Scaler, decoder: Decoder
) -> Checkpoint:
    return Checkpoint(
        network=network,
        scaler=scaler,
        decoder=decoder,
        encoders=table.names,
        fold=unit.fold,
        target=unit.target,
        seed=unit.task.seed,
        n_epochs=unit.task.n_epochs,
        index_sha256=table.index_sha256,
        match_prior=unit.task.config.decode.match_prior,
    )


def _records(unit: FoldUnit, trained: Trained) -> Records:
    stage = "final" if unit.target == "held_out" else f"final {unit.target}"
    keys = {"seed": unit.task.seed, "fold": unit.fold, "stage": stage}
    return [{**keys, "epoch": epoch, "loss": float(loss)} for epoch, loss in enumerate(trained.loss, 1)]
