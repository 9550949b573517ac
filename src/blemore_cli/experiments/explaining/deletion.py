"""Predictions redone with encoders removed, and with other numbers of encoders kept."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class ExtractionCost:
    """Score against the number of encoders that must be extracted for a clip.

    Attributes:
        n: Encoders kept, 1 to E.
        score: Score, mean over seeds.
        n_computed: Encoders extracted, mean over clips and seeds.
    """

    n: tuple[int, ...]
    score: tuple[float, ...]
    n_computed: tuple[float, ...]


def deletion_curves_of(found: OutOfFold, whole: SubsetPredictions) -> DeletionCurves | None:
    """Takes encoders from the clips one by one in every order; the models select again among those that are left.

    Args:
        found: The models on the clips that they left out.
        whole: What they predict before anything is removed.

    Returns:
        Nothing with a single encoder.
    """
    n_most = int(found.available.sum(axis=1).max()) - 1
    if n_most < 1:
        return None
    ranking: Floats = found.ask(lambda each, _: each.ranking)
    shuffled = numpy_generator(0, "removal").random(ranking.shape)
    removed_first = {"top_first": ranking, "bottom_first": -ranking, "random": shuffled}
    redone: dict[Order, list[SubsetPredictions]] = {
        order: [whole, *(_without(found, removed_first[order], n) for n in range(1, n_most + 1))] for order in ORDERS
    }
    return deletion_curves(found.clips, redone, generator=numpy_generator(0, "removal", "actors"))


def _without(found: OutOfFold, ranking: Floats, n_removed: int) -> SubsetPredictions:
    left = remaining_encoders(ranking, found.available, n_removed)
    kept: Bools = found.ask(lambda each, cell: each.kept(left[cell]))
    return found.predicted(kept)


def cost_curve(found: OutOfFold) -> ExtractionCost:
    """Predicts with the 1, 2, ... E encoders that the selection ranks first."""
    numbers, scores, computed = tuple(range(1, found.available.shape[1] + 1)), [], []
    actor = actor_index(found.clips)
    for n in numbers:
        kept = found.best(n)
        counts = correct_counts(actor, found.clips.label, found.predicted(kept).label)
        scores.append(counts.mean_figure("score"))
        computed.append(float(np.mean(found.extracted(kept).sum(-1))))
    return ExtractionCost(numbers, tuple(scores), tuple(computed))
