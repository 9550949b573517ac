"""Checkpoints of fold models: tensors in safetensors, the rest in JSON; loading executes nothing."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, PositiveInt, model_validator
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from blemore_cli import __version__
from blemore_cli.core.choices import MatchPrior
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_json
from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.core.types import Ints
from blemore_cli.core.validation import read_json
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture, FusionNetwork
from blemore_cli.training.predict import NetworkPredictions, PredictionInput, clip_draws, predict
from blemore_cli.training.scaler import Scaler

TENSORS: Final = "model.safetensors"
RECORD: Final = "model.json"
COMPONENTS: Final = ".components"
"""End of the names of components."""
FIX: Final = "Restore the files, or train again."

Target = Literal["held_out", "test"]
"""Purpose of a model; one that serves both targets is `held_out` and predicts the test clips as well."""


@dataclass(frozen=True)
class Checkpoint:
    """One trained fold model with all that prediction needs.

    Attributes:
        network: The trained network.
        scaler: Standardisation and reduction fitted on its training rows, and the shift weight of each encoder.
        decoder: How its probabilities become labels.
        encoders: Names, in the order of the network's and the scaler's widths.
        fold: The fold that it left out.
        target: Its purpose.
        seed: Its seed.
        n_epochs: Epochs trained, as the inner folds chose.
        index_sha256: Checksum of the index that it was trained on.
        match_prior: The groups of clips whose predicted label shares are made those of its training rows.
    """

    network: FusionNetwork
    scaler: Scaler
    decoder: Decoder
    encoders: tuple[str, ...]
    fold: int
    target: Target
    seed: int
    n_epochs: int
    index_sha256: str
    match_prior: MatchPrior = "none"


class Record(BaseModel):
    """Content of `model.json`; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal["blemore-checkpoint"]
    version: Literal[3]
    versions: dict[str, str]
    labels: tuple[str, ...]
    encoders: tuple[str, ...]
    architecture: Architecture
    clamp_sd: PositiveFloat
    shift_weights: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(alias="trust")
    decoder: Decoder
    fold: NonNegativeInt
    target: Target
    seed: NonNegativeInt
    n_epochs: PositiveInt
    index_sha256: str
    match_prior: MatchPrior = "none"

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        if self.labels != LABEL_CODES:
            raise ValueError("labels must be the 36 permitted ones in order")
        if not len(self.encoders) == len(self.architecture.widths) == len(self.shift_weights):
            raise ValueError("encoders, architecture.widths and trust must be equally many")
        return self


@dataclass(frozen=True)
class StoredComponents:
    """Components of an encoder in the file of a checkpoint, read when they are used.

    Attributes:
        path: The file.
        name: Of the tensor.
        shape: (D, K).
    """

    path: Path
    name: str
    shape: tuple[int, int]

    @property
    def components(self) -> NDArray[np.float32]:
        """The components.

        Raises:
            ArtefactError: If the file is no longer as it was.
        """
        try:
            with safe_open(self.path, framework="np") as file:
                components: NDArray[np.float32] = file.get_tensor(self.name)
        except (OSError, SafetensorError) as error:
            raise ArtefactError(f"{self.path} must stay as it was while it is used: {error}", fix=FIX) from error
        return components


SHARED: Final = tuple(field.name for field in fields(Checkpoint) if field.name in Record.model_fields)
"""Fields that `model.json` holds as they are."""


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes `model.safetensors` and `model.json` into an existing folder."""
    tensors = {f"network.{key}": value.contiguous().cpu() for key, value in checkpoint.network.state_dict().items()}
    save_file(tensors | _scaler_tensors(checkpoint.scaler), folder / TENSORS)
    record = Record(
        format="blemore-checkpoint",
        version=3,
        labels=LABEL_CODES,
        versions={"blemore": __version__, "torch": str(torch.__version__), "numpy": np.__version__},
        architecture=checkpoint.network.architecture,
        clamp_sd=checkpoint.scaler.clamp_sd,
        trust=checkpoint.scaler.shift_weights,
        **{name: getattr(checkpoint, name) for name in SHARED},
    )
    write_json(folder / RECORD, record.model_dump(mode="json", by_alias=True))


def load_checkpoint(folder: Path) -> Checkpoint:
    """Reads a checkpoint.

    Raises:
        ArtefactError: If a file is missing, damaged, of another format, or does not match the other.
    """
    record = read_json(folder / RECORD, Record, fix=FIX)
    try:
        with safe_open(folder / TENSORS, framework="pt") as file:
            names = list(file.keys())
            tensors = {name: file.get_tensor(name) for name in names if not name.endswith(COMPONENTS)}
            stored = {
                name: StoredComponents(folder / TENSORS, name, _shape(file.get_slice(name).get_shape()))
                for name in set(names) - set(tensors)
            }
        return _rebuilt(record, tensors, stored)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ArtefactError(
            f"the checkpoint {folder} must hold matching {TENSORS} and {RECORD}: {error}", fix=FIX
        ) from error


def _shape(sizes: list[int]) -> tuple[int, int]:
    width, n_components = sizes
    return width, n_components


def _rebuilt(record: Record, tensors: dict[str, torch.Tensor], stored: dict[str, StoredComponents]) -> Checkpoint:
    network = build_network(record.architecture, generator=torch.Generator().manual_seed(0))
    prefix = "network."
    network.load_state_dict({key.removeprefix(prefix): tensors[key] for key in tensors if key.startswith(prefix)})
    scaler = _rebuilt_scaler(tensors, stored, record)
    if not _gives(scaler, record.architecture.widths):
        raise ValueError(f"the scaler must give the architecture's widths {record.architecture.widths}")
    return Checkpoint(network=network, scaler=scaler, **{name: getattr(record, name) for name in SHARED})


def _scaler_tensors(scaler: Scaler) -> dict[str, torch.Tensor]:
    """The scaler's arrays by the names that they have in a file; an encoder that is not reduced has no components."""
    parts = {"mean": scaler.mean, "deviation": scaler.deviation, "components": scaler.components}
    return {
        f"scaler.{encoder}.{part}": torch.from_numpy(np.ascontiguousarray(array))
        for part, arrays in parts.items()
        for encoder, array in enumerate(arrays)
        if array is not None
    }


def _rebuilt_scaler(tensors: dict[str, torch.Tensor], stored: dict[str, StoredComponents], record: Record) -> Scaler:
    prefixes = [f"scaler.{encoder}." for encoder in range(len(record.encoders))]
    return Scaler(
        mean=tuple(tensors[prefix + "mean"].numpy() for prefix in prefixes),
        deviation=tuple(tensors[prefix + "deviation"].numpy() for prefix in prefixes),
        reductions=tuple(stored.get(f"scaler.{encoder}{COMPONENTS}") for encoder in range(len(record.encoders))),
        clamp_sd=record.clamp_sd,
        shift_weights=record.shift_weights,
    )


def _gives(scaler: Scaler, widths: tuple[int, ...]) -> bool:
    """Whether the scaler's arrays fit each other and make rows of these widths."""
    return all(
        mean.shape == deviation.shape == (len(mean),)
        and (len(mean) == width if components is None else components.shape == (len(mean), width))
        for mean, deviation, components, width in zip(
            scaler.mean, scaler.deviation, scaler.reductions, widths, strict=True
        )
    )


def check_fits(checkpoint: Checkpoint, table: FeatureTable) -> None:
    """Refuses an index that the checkpoint was not trained on.

    Raises:
        ArtefactError: If encoders, widths or the index's checksum differ.
    """
    expected = dict(zip(checkpoint.encoders, checkpoint.scaler.raw_widths, strict=True))
    given = dict(zip(table.names, table.widths, strict=True))
    if list(expected.items()) != list(given.items()):
        raise ArtefactError(
            f"the checkpoint of fold {checkpoint.fold} needs encoders {expected}, the index has {given}",
            fix="Use the index that the run was trained on, or train again.",
        )
    if checkpoint.index_sha256 != table.index_sha256:
        raise ArtefactError(
            f"the checkpoint of fold {checkpoint.fold} was trained on the index with sha256"
            f" {checkpoint.index_sha256[:12]}..., this one has {table.index_sha256[:12]}...",
            fix="Restore the index that the run was trained on, or train again.",
        )


def predict_rows(checkpoint: Checkpoint, table: FeatureTable, rows: Ints) -> NetworkPredictions:
    """Predicts some rows of a table with a checkpoint's network."""
    device = next(checkpoint.network.parameters()).device
    draws = clip_draws(table.clips.filename[rows], len(table.names), checkpoint.seed)
    return predict(checkpoint.network, PredictionInput(checkpoint.scaler.apply(table, rows, device), draws))
