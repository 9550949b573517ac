"""Checkpoints: tensors in safetensors, everything else in JSON; self-contained, and loading executes nothing."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from blemore_cli import __version__
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_json
from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.core.types import Ints
from blemore_cli.data.batches import FeatureTable
from blemore_cli.evaluation.decoder import Decoder
from blemore_cli.model.network import Architecture, BlemoreNetwork
from blemore_cli.training.predict import Forecast, clip_draws, predict
from blemore_cli.training.scaler import Scaler

FORMAT: Final = "blemore-checkpoint"
VERSION: Final = 1
TENSORS: Final = "model.safetensors"
RECORD: Final = "model.json"


@dataclass(frozen=True)
class Checkpoint:
    """One trained fold model with all that prediction needs.

    Attributes:
        network: The trained network.
        scaler: Standardisation fitted on its training rows.
        decoder: How its probabilities become labels.
        encoders: Names, in the order of the network's widths.
        fold: The fold that it left out.
        seed: Its seed.
        n_epochs: Epochs trained, as the inner folds chose.
        index_sha256: Checksum of the index that it was trained on.
    """

    network: BlemoreNetwork
    scaler: Scaler
    decoder: Decoder
    encoders: tuple[str, ...]
    fold: int
    seed: int
    n_epochs: int
    index_sha256: str


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes `model.safetensors` and `model.json` into an existing folder."""
    tensors = {f"network.{key}": value.contiguous().cpu() for key, value in checkpoint.network.state_dict().items()}
    for encoder, (mean, deviation) in enumerate(zip(checkpoint.scaler.mean, checkpoint.scaler.deviation, strict=True)):
        tensors[f"scaler.{encoder}.mean"] = torch.from_numpy(mean)
        tensors[f"scaler.{encoder}.deviation"] = torch.from_numpy(deviation)
    save_file(tensors, folder / TENSORS)
    record = {
        "format": FORMAT,
        "version": VERSION,
        "versions": {"blemore": __version__, "torch": torch.__version__, "numpy": np.__version__},
        "labels": LABEL_CODES,
        "encoders": checkpoint.encoders,
        "architecture": asdict(checkpoint.network.architecture),
        "clamp_sd": checkpoint.scaler.clamp_sd,
        "decoder": asdict(checkpoint.decoder),
        "fold": checkpoint.fold,
        "seed": checkpoint.seed,
        "n_epochs": checkpoint.n_epochs,
        "index_sha256": checkpoint.index_sha256,
    }
    write_json(folder / RECORD, record)


def load_checkpoint(folder: Path) -> Checkpoint:
    """Reads a checkpoint.

    Raises:
        ArtefactError: If a file is missing, damaged, of another format, or does not match the other.
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if (record["format"], record["version"]) != (FORMAT, VERSION) or tuple(record["labels"]) != LABEL_CODES:
            raise ArtefactError(
                f"{folder / RECORD} must be a {FORMAT} of version {VERSION} with the 36 permitted labels in order",
                fix="Train again with this version of blemore.",
            )
        return _rebuilt(record, load_file(folder / TENSORS))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ArtefactError(
            f"the checkpoint {folder} must hold matching {TENSORS} and {RECORD}: {error}",
            fix="Restore the files, or train again.",
        ) from error


def _rebuilt(record: dict[str, Any], tensors: dict[str, torch.Tensor]) -> Checkpoint:
    architecture = Architecture(**{**record["architecture"], "widths": tuple(record["architecture"]["widths"])})
    network = BlemoreNetwork(architecture, generator=torch.Generator().manual_seed(0))
    prefix = "network."
    network.load_state_dict({key.removeprefix(prefix): tensors[key] for key in tensors if key.startswith(prefix)})
    columns = {
        part: tuple(tensors[f"scaler.{encoder}.{part}"].numpy() for encoder in range(len(architecture.widths)))
        for part in ("mean", "deviation")
    }
    return Checkpoint(
        network=network,
        scaler=Scaler(**columns, clamp_sd=record["clamp_sd"]),
        decoder=Decoder(**record["decoder"]),
        encoders=tuple(record["encoders"]),
        fold=record["fold"],
        seed=record["seed"],
        n_epochs=record["n_epochs"],
        index_sha256=record["index_sha256"],
    )


def check_fits(checkpoint: Checkpoint, table: FeatureTable) -> None:
    """Refuses an index that the checkpoint was not trained on.

    Raises:
        ArtefactError: If encoders, widths or the index's checksum differ.
    """
    expected = dict(zip(checkpoint.encoders, checkpoint.network.architecture.widths, strict=True))
    found = dict(zip(table.names, table.widths, strict=True))
    if list(expected.items()) != list(found.items()):
        raise ArtefactError(
            f"the checkpoint of fold {checkpoint.fold} needs encoders {expected}, the index has {found}",
            fix="Use the index that the run was trained on, or train again.",
        )
    if checkpoint.index_sha256 != table.index_sha256:
        raise ArtefactError(
            f"the checkpoint of fold {checkpoint.fold} was trained on the index with sha256"
            f" {checkpoint.index_sha256[:12]}..., this one has {table.index_sha256[:12]}...",
            fix="Restore the index that the run was trained on, or train again.",
        )


def forecast(checkpoint: Checkpoint, table: FeatureTable, rows: Ints) -> Forecast:
    """Predicts some rows of a table with a checkpoint's network."""
    inputs = checkpoint.scaler.apply(table, rows).to(checkpoint.network.fixed_ranking.device)
    draws = clip_draws(table.clips.filename[rows], len(table.names), checkpoint.seed)
    return predict(checkpoint.network, inputs, draws)
