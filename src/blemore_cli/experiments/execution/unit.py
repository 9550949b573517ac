"""Units of work: single trainings, on disk as a whole or not at all, so that a stopped run continues where it was."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import replacing, replacing_folder
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.experiments.runs.tables import LOG, Records
from blemore_cli.training.checkpoint import Checkpoint, Target, save_checkpoint
from blemore_cli.training.group import EpochPredictions
from blemore_cli.training.spec import TrainingSpec


@dataclass(frozen=True)
class InnerUnit:
    """An inner training of an arm; its predictions after each epoch are in a file until the run is finished."""

    arm: str
    task: TrainingSpec
    path: Path

    @property
    def is_done(self) -> bool:
        """Whether its predictions are on disk."""
        return self.path.is_file()


@dataclass(frozen=True)
class FoldUnit:
    """The training of a fold model of an arm; its checkpoint is a folder.

    Attributes:
        decoder: Chosen by the inner trainings; None where the fit itself gives it.
        log: Records of the inner trainings.
    """

    arm: str
    task: TrainingSpec
    path: Path
    decoder: Decoder | None
    log: Records

    @property
    def fold(self) -> int:
        """The fold that it leaves out."""
        return int(self.task.left_out)

    @property
    def target(self) -> Target:
        """The clips that it is made for."""
        return "test" if self.task.target_name == "test" else "held_out"

    @property
    def is_done(self) -> bool:
        """Whether the checkpoint is on disk."""
        return self.path.is_dir()


Unit = InnerUnit | FoldUnit


def save_epoch_predictions(unit: InnerUnit, predictions: EpochPredictions) -> None:
    """Writes the predictions of an inner training.

    Raises:
        ArtefactError: If the file cannot be written.
    """
    arrays = {"loss": predictions.loss, "prob": predictions.prob}
    parts = {"useful": predictions.posterior, "by_encoder": predictions.by_encoder}
    arrays |= {name: array for name, array in parts.items() if array is not None}
    tensors = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in arrays.items()}
    try:
        unit.path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(unit.path) as temporary:
            save_file(tensors, temporary)
    except (OSError, SafetensorError) as error:
        raise _unwritable(unit.path, error) from error


def load_epoch_predictions(unit: InnerUnit) -> EpochPredictions:
    """Reads the predictions of an inner training.

    Raises:
        ArtefactError: If the file is damaged.
    """
    try:
        tensors = load_file(unit.path)
        arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
        return EpochPredictions(arrays["loss"], arrays["prob"], arrays.get("useful"), arrays.get("by_encoder"))
    except (OSError, KeyError, SafetensorError) as error:
        raise ArtefactError(
            f"{unit.path} must hold inner predictions: {error}", fix="Delete it, then --resume."
        ) from error


def save_fold(unit: FoldUnit, checkpoint: Checkpoint, log: Records) -> None:
    """Writes the folder of a fold model with its log.

    Raises:
        ArtefactError: If the folder cannot be written.
    """
    if unit.is_done:  # another process was quicker: the same unit, the same bytes
        return
    try:
        with replacing_folder(unit.path) as temporary:
            save_checkpoint(temporary, checkpoint)
            (temporary / LOG).write_text("".join(json.dumps(record) + "\n" for record in log), encoding="utf-8")
    except SafetensorError as error:
        raise _unwritable(unit.path, error) from error


def _unwritable(path: Path, error: Exception) -> ArtefactError:
    return ArtefactError(f"{path} must be writable: {error}", fix="Check permissions and free space, then --resume.")
