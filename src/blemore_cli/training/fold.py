"""One fold model, nested: the inner folds choose the epochs and thresholds, then all training rows train the model.

Nothing here reads a label or a feature of the fold that is left out before the final prediction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

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


@dataclass(frozen=True)
class Prepared:
    """Training rows ready for a network: standardised inputs, labels on the device, the ranking for `fixed`."""

    scaler: Scaler
    inputs: ModelInput
    label: Tensor
    ranking: Tensor


def train_fold(table: FeatureTable, split: Split, config: Config, *, seed: int, report: Report) -> Checkpoint:
    """Trains the model that leaves one fold out.

    Args:
        table: Raw features of all clips.
        split: The training rows and the fold left out.
        config: The resolved configuration.
        seed: Seed of every random stream.
        report: Called with a record after each epoch.
    """
    inner = inner_splits(table.clips, split.train)
    prob = _inner_predictions(table, inner, config, seed=seed, fold=split.fold, report=report)
    label = table.clips.label[split.train]
    n_epochs = 1 + int(np.argmin([log_loss(label, epoch[split.train]) for epoch in prob]))
    decoder = fit_decoder(label, prob[n_epochs - 1, split.train], method=config.decode.method)
    prepared = _prepare(table, split.train, config)
    stream = Stream(seed, split.fold, "final")
    network = new_network(_architecture(table, config), prepared.ranking, stream).to(prepared.label.device)
    trainer = Trainer(network, prepared.inputs, prepared.label, split.train, config.train, stream)
    for epoch in range(1, n_epochs + 1):
        report({"seed": seed, "fold": split.fold, "stage": "final", "epoch": epoch, "loss": trainer.epoch()})
    return Checkpoint(
        trainer.averaged, prepared.scaler, decoder, table.names, split.fold, seed, n_epochs, table.index_sha256
    )


def log_loss(label: Ints, prob: Floats) -> float:
    """Mean negative log-likelihood in nats of (N,) labels under (N, 36) probabilities."""
    return float(-np.log(np.maximum(prob[np.arange(len(label)), label], 1e-300)).mean())


def _inner_predictions(
    table: FeatureTable, inner: list[Split], config: Config, *, seed: int, fold: int, report: Report
) -> Floats:
    """(max_epochs, N, 36): what models that leave one inner part out say of that part after each epoch."""
    prob = np.full((config.train.max_epochs, len(table.clips), N_LABELS), np.nan)
    draws = clip_draws(table.clips.filename, len(table.names), seed)
    for part in inner:
        prepared = _prepare(table, part.train, config)
        stream = Stream(seed, fold, f"inner {part.fold}")
        network = new_network(_architecture(table, config), prepared.ranking, stream).to(prepared.label.device)
        trainer = Trainer(network, prepared.inputs, prepared.label, part.train, config.train, stream)
        for epoch in range(config.train.max_epochs):
            loss = trainer.epoch()
            prob[epoch, part.held_out] = predict(trainer.averaged, prepared.inputs, draws, part.held_out).prob
            held_out_loss = log_loss(table.clips.label[part.held_out], prob[epoch, part.held_out])
            record = {"seed": seed, "fold": fold, "stage": f"inner {part.fold}", "epoch": epoch + 1, "loss": loss}
            report({**record, "held_out_loss": held_out_loss})
    return prob


def _prepare(table: FeatureTable, rows: Ints, config: Config) -> Prepared:
    """Fits scaler and encoder ranking on the given rows, and standardises every row."""
    device = choose_device(config.train.device)
    scaler = fit_scaler(table, rows, clamp_sd=config.train.clamp_sd)
    inputs = scaler.apply(table)
    ranking = torch.zeros(len(table.names))
    if config.model.selection == "fixed":
        merit = encoder_merit(inputs, table.clips.label, inner_splits(table.clips, rows))
        ranking = torch.from_numpy(merit).float()
    return Prepared(scaler, inputs.to(device), torch.from_numpy(table.clips.label).to(device), ranking)


def _architecture(table: FeatureTable, config: Config) -> Architecture:
    m = config.model
    return Architecture(
        table.widths,
        m.d_latent,
        m.d_gate,
        selection=m.selection,
        top_n=m.top_n,
        temperature=m.temperature,
        dropout=m.dropout,
    )
