"""Out-of-fold replays of a run: its models on the clips that they left out, as a grid of seeds and clips."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        clips: The clips, in the order of the table.
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
    """Replays every model on the clips of the fold that it left out.

    Raises:
        UsageError: If the models have no gate.
    """
    fold_models = [model for model in models if model.target == "held_out"]
    left_out = np.isin(table.clips.fold, [model.fold for model in fold_models]) & ~table.clips.is_test
    rows = np.flatnonzero(left_out)
    seeds = tuple(sorted({model.seed for model in fold_models}))
    replays = []
    available = table.present[rows]
    for model in fold_models:
        columns = np.flatnonzero(table.clips.fold[rows] == model.fold)
        fold_replay = replay(model, table, rows[columns])
        available[columns] &= fold_replay.present.numpy()  # without encoders left out for the fold, as they are shifted
        replays.append(((seeds.index(model.seed), columns), fold_replay))
    return OutOfFold(table.clips.take(rows), available, seeds, tuple(replays))
