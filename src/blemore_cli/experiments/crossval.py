"""Cross-validation on the official folds: train every fold model, gather their predictions, score them once."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch

from blemore_cli import __version__
from blemore_cli.core.config import Config
from blemore_cli.core.errors import UsageError
from blemore_cli.core.files import write_text
from blemore_cli.core.types import Ints, Predictions
from blemore_cli.core.workers import spread
from blemore_cli.data.batches import FeatureTable, check_encoders, load_table
from blemore_cli.data.index_file import Index, read_index
from blemore_cli.data.splits import check_no_shared_actor, fold_splits
from blemore_cli.evaluation.decoder import fit_decoder
from blemore_cli.evaluation.metrics import official_scores
from blemore_cli.experiments.inference import held_out_predictions, load_models, test_predictions
from blemore_cli.experiments.run_dir import RunDir
from blemore_cli.experiments.tables import write_predictions, write_weights
from blemore_cli.experiments.unit import LOG, Unit, train_unit
from blemore_cli.training.device import choose_device, limit_threads

PROTOCOL = "nested"
"""Epochs, scaling and thresholds are chosen on inner folds; the scored fold is read once, for the final prediction."""

Progress = Callable[[int, int], None]


def cross_validate(config: Config, run: RunDir, *, folds: Sequence[int] = (), progress: Progress) -> dict[str, Any]:
    """Trains the fold models that are not on disk yet and fills the run folder.

    Args:
        config: The resolved configuration.
        run: The run's folder; finished units in it are kept, and counted in.
        folds: Folds to leave out; all where empty.
        progress: Called with the units done and all units.

    Returns:
        The content of `metrics.json`.
    """
    index = check_trainable(config, folds)
    units = _planned(config, run, index, folds)
    waiting = [unit for unit in units if not unit.is_done]
    if run.is_finished and not waiting:
        return run.metrics()
    run.reopen()
    n_done = len(units) - len(waiting)
    progress(n_done, len(units))
    spread(train_unit, waiting, jobs=config.train.jobs, done=lambda count: progress(n_done + count, len(units)))
    limit_threads(config.train.threads)
    return _gather(config, run, load_table(index, config.model.encoders))


def check_trainable(config: Config, folds: Sequence[int] = ()) -> Index:
    """Reads the index, refusing what could not be trained before anything is written.

    Raises:
        ArtefactError: If the index is missing or damaged, or lacks an encoder.
        UsageError: If a fold does not exist.
        DataError: If an actor is on both sides of a split, unless allowed.
        ConfigError: If the device is not there.
    """
    index = read_index(config.data.index)
    check_encoders(index, config.model.encoders)
    choose_device(config.train.device)
    splits = fold_splits(index.clips)
    known = [split.fold for split in splits]
    unknown = sorted(set(folds) - set(known))
    if unknown:
        raise UsageError(f"a fold is one of {', '.join(map(str, known))}, got {unknown[0]}", fix="Correct --fold.")
    if not config.data.allow_actor_overlap:
        for split in splits:
            check_no_shared_actor(index.clips, split)
    return index


def _planned(config: Config, run: RunDir, index: Index, folds: Sequence[int]) -> list[Unit]:
    seed, known = config.train.seed, [split.fold for split in fold_splits(index.clips)]
    return [Unit(config, k, seed, run.checkpoints / f"seed{seed}-fold{k}") for k in known if not folds or k in folds]


def _gather(config: Config, run: RunDir, table: FeatureTable) -> dict[str, Any]:
    models = load_models(run, table)
    oof, oof_weights = held_out_predictions(models, table)
    test, test_weights = test_predictions(models, table)
    write_predictions(run.path / "oof.csv", oof)
    write_predictions(run.path / "test.csv", test)
    write_weights(run.path / "gate_oof.csv", oof, oof_weights, table.names)
    write_weights(run.path / "gate_test.csv", test, test_weights, table.names)
    logs = sorted(run.checkpoints.glob(f"[!.]*/{LOG}"))
    write_text(run.path / LOG, "".join(log.read_text(encoding="utf-8") for log in logs))
    truth = _truth(table, oof)
    metrics = {
        "run": run.name,
        "protocol": PROTOCOL,
        "oof": asdict(official_scores(truth, oof.label)),
        "folds": [
            {"fold": model.fold, **asdict(official_scores(truth[part], oof.label[part])), "n_epochs": model.n_epochs}
            for model in models
            for part in [oof.fold == model.fold]
        ],
        "n_clips": len(oof),
        "encoders": list(table.names),
        "decoder": asdict(fit_decoder(truth, oof.prob, method=config.decode.method)),
        "index_sha256": table.index_sha256,
        "versions": {"blemore": __version__, "torch": torch.__version__, "python": platform.python_version()},
    }
    run.finish(metrics)
    return metrics


def _truth(table: FeatureTable, predictions: Predictions) -> Ints:
    row = {str(name): i for i, name in enumerate(table.clips.filename)}
    rows = np.array([row[str(name)] for name in predictions.filename])
    return np.asarray(table.clips.label[rows])
