"""Out-of-fold replays of a run: its models on the clips that they left out, as a grid of seeds and clips."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import DataError
from blemore_cli.core.parallel.progress import advance
from blemore_cli.core.types import Bools, Clips, Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.gate_quality.deletion_curves import SubsetPredictions
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.experiments.explaining.replay import FoldModelReplay, replay
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.predict import over_labels

Cell = tuple[int, Ints]
"""Position of a seed, and positions of the clips that its model left out."""


@dataclass(frozen=True)
class OutOfFold:
    """S seeds, each with a model for every fold, on the N clips of these folds.

    Attributes:
        clips: The clips that have an encoder to select, in the order of the table.
        available: (N, E) which encoders a clip has.
        replays: The replay of every model on the clips that it left out, and the place of these in the grid.
    """

    clips: Clips
    available: Bools
    seeds: tuple[int, ...]
    replays: tuple[tuple[Cell, FoldModelReplay], ...]

    def on_grid(self, compute: Callable[[FoldModelReplay, Cell], NDArray[Any]]) -> NDArray[Any]:
        """Puts what is computed for the (n, ...) clips of each model into (S, N, ...)."""
        parts = [(cell, compute(model, cell)) for cell, model in self.replays]
        shape, kind = parts[0][1].shape[1:], parts[0][1].dtype
        grid = np.empty((len(self.seeds), len(self.clips), *shape), dtype=kind)
        for cell, part in parts:
            grid[cell] = part
        return grid

    def log_prob(self, kept: Bools) -> Floats:
        """(S, N, K) log probabilities of the models with (S, N, E) encoders; one step of progress."""
        result = self.on_grid(lambda model, cell: model.log_prob(kept[cell]))
        advance()
        return result

    def extracted(self, kept: Bools) -> Bools:
        """(S, N, E) which encoders must be extracted to keep these."""
        return self.on_grid(lambda model, cell: model.extracted(kept[cell]))

    def best(self, n: int) -> Bools:
        """(S, N, E) the n encoders of each clip that the selection ranks first."""
        return self.on_grid(lambda model, _: model.best(n))

    def predicted(self, kept: Bools) -> SubsetPredictions:
        """What the models predict with (S, N, E) encoders."""
        prob = np.exp(self.log_prob(kept))
        label = self.on_grid(lambda model, cell: model.decoder.labels(over_labels(prob[cell])))
        loss = np.stack([held_out_losses(self.clips.label, seed_prob) for seed_prob in prob])
        return SubsetPredictions(label, loss)


def out_of_fold(models: Sequence[Checkpoint], table: FeatureTable) -> OutOfFold:
    """Replays every model on the clips of the fold that it left out; without clips that it reads no encoder of.

    Raises:
        UsageError: If the models have no gate.
        DataError: If no clip is left.
    """
    fold_models = held_out_models(models)
    rows, readable = readable_rows(fold_models, table)
    seeds = tuple(sorted({model.seed for model in fold_models}))
    cells = [(seeds.index(model.seed), np.flatnonzero(table.clips.fold[rows] == model.fold)) for model in fold_models]
    replays = [
        (cell, replay(model, table, rows[cell[1]]))
        for cell, model in zip(cells, fold_models, strict=True)
        if len(cell[1])
    ]
    return OutOfFold(table.clips.take(rows), readable, seeds, tuple(replays))


def held_out_models(models: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The models that predict the clips that they left out."""
    return [model for model in models if model.target == "held_out"]


def readable_rows(models: Sequence[Checkpoint], table: FeatureTable) -> tuple[Ints, Bools]:
    """Rows (n,) of the clips that a model left out and reads an encoder of, and (n, E) which encoders these are.

    Raises:
        DataError: If there is none.
    """
    readable = np.zeros_like(table.present)  # without encoders left out for a fold, as they are shifted or unknown
    for model in models:
        in_fold = ~table.clips.is_test & (table.clips.fold == model.fold)
        readable[in_fold] = table.present[in_fold] & (np.array(model.scaler.shift_weights) > 0)
    rows = np.flatnonzero(readable.any(axis=1))
    if not len(rows):
        raise DataError(
            "what is explained is a choice of encoders, and no clip that a model left out has any that the model reads",
            fix="Index encoders that have the clips of several folds.",
        )
    return rows, readable[rows]
