"""Deletion curves and extraction cost, from predictions redone with other encoders."""

import numpy as np

from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Floats
from blemore_cli.evaluation.gate_quality.deletion_curves import (
    ORDERS,
    DeletionCurves,
    Order,
    SubsetPredictions,
    deletion_curves,
    remaining_encoders,
)
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold
from blemore_cli.experiments.runs.explanation_file import ExtractionCost


def deletion_curves_of(grid: OutOfFold, whole: SubsetPredictions) -> DeletionCurves | None:
    """Takes encoders from the clips one by one in every order; the models select again among those that are left.

    `whole` is what they predict before anything is removed. Nothing is returned with a single encoder.
    """
    n_most = int(grid.available.sum(axis=1).max()) - 1
    if n_most < 1:
        return None
    ranking: Floats = grid.on_grid(lambda model, _: model.ranking)
    shuffled = numpy_generator(0, "removal").random(ranking.shape)
    removed_first = {"top_first": ranking, "bottom_first": -ranking, "random": shuffled}
    redone: dict[Order, list[SubsetPredictions]] = {
        order: [whole, *(_without(grid, removed_first[order], n) for n in range(1, n_most + 1))] for order in ORDERS
    }
    return deletion_curves(grid.clips, redone, generator=numpy_generator(0, "removal", "actors"))


def _without(grid: OutOfFold, ranking: Floats, n_removed: int) -> SubsetPredictions:
    left = remaining_encoders(ranking, grid.available, n_removed)
    kept: Bools = grid.on_grid(lambda model, cell: model.kept(left[cell]))
    return grid.predicted(kept)


def cost_curve(grid: OutOfFold) -> ExtractionCost:
    """Predicts with the 1, 2, ... E encoders that the selection ranks first."""
    numbers, scores, computed = tuple(range(1, grid.available.shape[1] + 1)), [], []
    actor = actor_index(grid.clips)
    for n in numbers:
        kept = grid.best(n)
        counts = correct_counts(actor, grid.clips.label, grid.predicted(kept).label)
        scores.append(counts.mean_figure("score"))
        computed.append(float(np.mean(grid.extracted(kept).sum(-1))))
    return ExtractionCost(n=numbers, score=tuple(scores), n_computed=tuple(computed))
