"""Checkpoints: tensors in safetensors, everything else in JSON; self-contained, and loading executes nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
import torch
from pydantic import (
    BaseModel,
    ConfigDict,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)
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


class Record(BaseModel):
    """What `model.json` holds; anything else is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal["blemore-checkpoint"]
    version: Literal[1]
    versions: dict[str, str]
    labels: tuple[str, ...]
    encoders: tuple[str, ...]
    architecture: Architecture
    clamp_sd: PositiveFloat
    decoder: Decoder
    fold: NonNegativeInt
    seed: NonNegativeInt
    n_epochs: PositiveInt
    index_sha256: str

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        if self.labels != LABEL_CODES:
            raise ValueError("labels must be the 36 permitted ones in order")
        if len(self.encoders) != len(self.architecture.widths):
            raise ValueError("encoders and architecture.widths must be equally many")
        return self


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes `model.safetensors` and `model.json` into an existing folder."""
    tensors = {f"network.{key}": value.contiguous().cpu() for key, value in checkpoint.network.state_dict().items()}
    for encoder, (mean, deviation) in enumerate(zip(checkpoint.scaler.mean, checkpoint.scaler.deviation, strict=True)):
        tensors[f"scaler.{encoder}.mean"] = torch.from_numpy(mean)
        tensors[f"scaler.{encoder}.deviation"] = torch.from_numpy(deviation)
    save_file(tensors, folder / TENSORS)
    record = Record(
        format="blemore-checkpoint",
        version=1,
        labels=LABEL_CODES,
        versions={"blemore": __version__, "torch": str(torch.__version__), "numpy": np.__version__},
        encoders=checkpoint.encoders,
        architecture=checkpoint.network.architecture,
        clamp_sd=checkpoint.scaler.clamp_sd,
        decoder=checkpoint.decoder,
        fold=checkpoint.fold,
        seed=checkpoint.seed,
        n_epochs=checkpoint.n_epochs,
        index_sha256=checkpoint.index_sha256,
    )
    write_json(folder / RECORD, record.model_dump(mode="json"))


def load_checkpoint(folder: Path) -> Checkpoint:
    """Reads a checkpoint.

    Raises:
        ArtefactError: If a file is missing, damaged, of another format, or does not match the other.
    """
    try:
        record = Record.model_validate_json((folder / RECORD).read_bytes())
        return _rebuilt(record, load_file(folder / TENSORS))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        reason = f"{'.'.join(map(str, problem['loc']))} {problem['msg']}".strip()
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = str(error)
    raise ArtefactError(
        f"the checkpoint {folder} must hold matching {TENSORS} and {RECORD}: {reason}",
        fix="Restore the files, or train again.",
    )


def _rebuilt(record: Record, tensors: dict[str, torch.Tensor]) -> Checkpoint:
    network = BlemoreNetwork(record.architecture, generator=torch.Generator().manual_seed(0))
    prefix = "network."
    network.load_state_dict({key.removeprefix(prefix): tensors[key] for key in tensors if key.startswith(prefix)})
    columns = {
        part: tuple(tensors[f"scaler.{encoder}.{part}"].numpy() for encoder in range(len(record.encoders)))
        for part in ("mean", "deviation")
    }
    return Checkpoint(
        network=network,
        scaler=Scaler(**columns, clamp_sd=record.clamp_sd),
        decoder=record.decoder,
        encoders=record.encoders,
        fold=record.fold,
        seed=record.seed,
        n_epochs=record.n_epochs,
        index_sha256=record.index_sha256,
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
