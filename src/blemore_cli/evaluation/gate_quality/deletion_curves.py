"""Deletion curves of an encoder ranking: Score and loss as encoders are removed from every clip.

Encoders are removed one by one: those ranked first, those ranked last, or at random. The better the ranking, the lower
the first curve and the higher the second. Read from its end, where only the encoder ranked first remains, the second
is the insertion curve. Predictions with the remaining encoders are made elsewhere.

Source: Samek et al. 2017, Evaluating the visualization of what a deep neural network has learned, IEEE TNNLS 28(11),
section III; Petsiuk et al. 2018 (arXiv 1806.07421), section 3.2, for deletion and insertion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from blemore_cli.core.types import Bools, Clips, Floats, Ints
from blemore_cli.evaluation.gate_quality.best_encoders import best_encoders
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.statistics.actor_bootstrap import N_RESAMPLES, percentile_interval, resampled_scores

Order = Literal["top_first", "bottom_first", "random"]
ORDERS: Final[tuple[Order, ...]] = ("top_first", "bottom_first", "random")


@dataclass(frozen=True)
class SubsetPredictions:
    """Predictions of N clips by S models from a subset of the encoders.

    Attributes:
        label: (S, N) decoded labels of each seed.
        loss: (S, N) loss of each clip in nats.
    """

    label: Ints
    loss: Floats


@dataclass(frozen=True)
class DeletionCurves:
    """Three curves over the number of encoders removed, mean over seeds, and the area between two of them.

    Attributes:
        n_removed: (R + 1) numbers from 0.
        score: (R + 1) Scores of each order.
        log_loss: (R + 1) mean losses in nats of each order.
        area: Mean over 1 to R removed of the Score of `bottom_first` minus that of `top_first`; above 0 where the
            ranking puts useful encoders first.
        area_ci95: Its interval over actors; None with fewer than two.
        log_loss_area: Mean over 1 to R of the loss of `top_first` minus that of `bottom_first`.
    """

    n_removed: tuple[int, ...]
    score: dict[Order, tuple[float, ...]]
    log_loss: dict[Order, tuple[float, ...]]
    area: float
    area_ci95: tuple[float, float] | None
    log_loss_area: float


def remaining_encoders(ranking: Floats, available: Bools, n_removed: int) -> Bools:
    """The encoders that remain without the `n_removed` ranked first; the one ranked last always stays.

    Args:
        ranking: (..., E), larger is ranked first.
        available: (..., E), at least one.
        n_removed: Number to remove, 0 or more.

    Examples:
        >>> remaining_encoders(np.array([[3.0, 1.0, 2.0]]), np.array([[True, True, True]]), 1).tolist()
        [[False, True, True]]
    """
    ranking, available = np.broadcast_arrays(ranking, available)
    n = np.minimum(n_removed, available.sum(-1) - 1)
    return available & ~best_encoders(ranking, available, n)


def deletion_curves(
    clips: Clips,
    predictions: Mapping[Order, Sequence[SubsetPredictions]],
    *,
    generator: np.random.Generator,
    n_resamples: int = N_RESAMPLES,
) -> DeletionCurves:
    """Scores predictions with 0, 1, ... R encoders removed.

    Args:
        clips: N clips.
        predictions: R + 1 predictions of each order, R of 1 or more.
        generator: Draws the resamples of actors.
        n_resamples: Number of resamples.
    """
    actor = actor_index(clips)
    counts = {
        order: [correct_counts(actor, clips.label, curve.label) for curve in predictions[order]] for order in ORDERS
    }
    score = {order: tuple(each.mean_figure("score") for each in counts[order]) for order in ORDERS}
    loss = {order: tuple(float(each.loss.mean()) for each in predictions[order]) for order in ORDERS}
    interval = None
    if actor.max():
        removed = [*counts["bottom_first"][1:], *counts["top_first"][1:]]
        scores = resampled_scores(removed, generator=generator, n_resamples=n_resamples)[..., 2]  # (2 R, resamples)
        bottom, top = np.split(scores, 2)
        interval = percentile_interval((bottom - top).mean(axis=0), n_actors=int(actor.max()) + 1)
    return DeletionCurves(
        n_removed=tuple(range(len(predictions["top_first"]))),
        score=score,
        log_loss=loss,
        area=area_between(score["bottom_first"], score["top_first"]),
        area_ci95=interval,
        log_loss_area=area_between(loss["top_first"], loss["bottom_first"]),
    )


def area_between(upper: Sequence[float], lower: Sequence[float]) -> float:
    """Mean height of one curve above another from the first removal on: both begin at the same point."""
    return float(np.mean(np.subtract(upper[1:], lower[1:])))
