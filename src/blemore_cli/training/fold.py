"""One fold model, nested: the inner folds choose the epochs and thresholds, then all training rows train the model.

Nothing here reads a label or a feature of the fold that is left out.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from blemore_cli.core.config import Config
from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.batches import FeatureTable
from blemore_cli.data.splits import Split, inner_splits
from blemore_cli.evaluation.decoder import fit_decoder
from blemore_cli.model.network import Architecture
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.device import choose_device
from blemore_cli.training.encoder_merit import encoder_merit
from blemore_cli.training.loop import Stream, Trainer, new_network
from blemore_cli.training.predict import clip_draws, predict
from blemore_cli.training.scaler import ModelInput, Scaler, fit_scaler

Report = Callable[[dict[str, Any]], None]


def train_fold(table: FeatureTable, split: Split, config: Config, *, seed: int, report: Report) -> Checkpoint:
    """Trains the model that leaves one fold out.

    Args:
        table: Raw features of all clips.
        split: The training rows and the fold left out.
        config: The resolved configuration.
        seed: Seed of every random stream.
        report: Called with a record after each epoch.
    """
    prob = np.full((config.train.max_epochs, len(table.clips), N_LABELS), np.nan)
    for part in inner_splits(table.clips, split.train):
        stream = Stream(seed, split.fold, f"inner {part.fold}")
        prob[:, part.held_out] = _inner_predictions(table, part, config, stream, report)
    label = table.clips.label[split.train]
    n_epochs = 1 + int(np.argmin([log_loss(label, epoch[split.train]) for epoch in prob]))
    decoder = fit_decoder(label, prob[n_epochs - 1, split.train], method=config.decode.method)
    stream = Stream(seed, split.fold, "final")
    scaler, trainer = _prepared(table, split.train, config, stream)
    for epoch in range(1, n_epochs + 1):
        report({**_keys(stream), "epoch": epoch, "loss": trainer.epoch()})
    return Checkpoint(
        network=trainer.averaged.cpu(),
        scaler=scaler,
        decoder=decoder,
        encoders=table.names,
        fold=split.fold,
        seed=seed,
        n_epochs=n_epochs,
        index_sha256=table.index_sha256,
    )


def log_loss(label: Ints, prob: Floats) -> float:
    """Mean negative log-likelihood in nats of (N,) labels under (N, 36) probabilities."""
    return float(-np.log(np.maximum(prob[np.arange(len(label)), label], 1e-300)).mean())


def _inner_predictions(table: FeatureTable, part: Split, config: Config, stream: Stream, report: Report) -> Floats:
    """(max_epochs, N_held_out, 36): what a model that leaves an inner part out says of it after each epoch."""
    scaler, trainer = _prepared(table, part.train, config, stream)
    inputs = scaler.apply(table, part.held_out).to(choose_device(config.train.device))
    draws = clip_draws(table.clips.filename[part.held_out], len(table.names), stream.seed)
    label = table.clips.label[part.held_out]
    prob = np.empty((config.train.max_epochs, len(label), N_LABELS))
    for epoch in range(config.train.max_epochs):
        loss = trainer.epoch()
        prob[epoch] = predict(trainer.averaged, inputs, draws).prob
        held_out = {"held_out_loss": log_loss(label, prob[epoch])}
        report({**_keys(stream), "epoch": epoch + 1, "loss": loss, **held_out})
    return prob


def _keys(stream: Stream) -> dict[str, Any]:
    return {"seed": stream.seed, "fold": stream.fold, "stage": stream.purpose}


def _prepared(table: FeatureTable, rows: Ints, config: Config, stream: Stream) -> tuple[Scaler, Trainer]:
    """Fits the scaler on the given rows, and sets a network up to train on them; no other row is read."""
    device = choose_device(config.train.device)
    scaler = fit_scaler(table, rows, clamp_sd=config.train.clamp_sd)
    inputs = scaler.apply(table, rows)
    ranking = torch.zeros(len(table.names))
    if config.model.selection == "fixed":
        ranking = torch.from_numpy(_merit(table, rows, inputs)).float()
    architecture = Architecture(table.widths, **config.model.model_dump(exclude={"encoders"}))
    network = new_network(architecture, ranking, stream).to(device)
    label = torch.from_numpy(table.clips.label[rows]).to(device)
    return scaler, Trainer(network, inputs.to(device), label, config.train, stream)


def _merit(table: FeatureTable, rows: Ints, inputs: ModelInput) -> Floats:
    position = np.full(len(table.clips), -1)
    position[rows] = np.arange(len(rows))
    inner = [
        Split(part.fold, train=position[part.train], held_out=position[part.held_out])
        for part in inner_splits(table.clips, rows)
    ]
    return encoder_merit(inputs, table.clips.label[rows], inner)
