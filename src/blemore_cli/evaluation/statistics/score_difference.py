"""Paired difference of two Scores with its interval over actors."""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.statistics.actor_bootstrap import N_RESAMPLES, percentile_interval, resampled_scores


@dataclass(frozen=True)
class ScoreDifference:
    """Two Scores, mean over seeds, and their paired difference.

    Attributes:
        a: The first Score.
        b: The second Score.
        difference: a - b.
        ci95: Its interval, bootstrap over actors; None with fewer than two.
    """

    a: float
    b: float
    difference: float
    ci95: tuple[float, float] | None


def score_difference(
    clips: Clips, a: Ints, b: Ints, *, generator: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> ScoreDifference:
    """Compares two predictions of the same clips.

    Args:
        clips: N labelled clips.
        a: (S, N) predicted labels.
        b: (S, N) predicted labels.
        generator: Draws the resamples.
        n_resamples: Number of resamples.
    """
    actor = actor_index(clips)
    counts = [correct_counts(actor, clips.label, predicted) for predicted in (a, b)]
    first, second = (each.mean_figure("score") for each in counts)
    interval = None
    if actor.max():
        scores = resampled_scores(counts, generator=generator, n_resamples=n_resamples)[..., 2]
        interval = percentile_interval(scores[0] - scores[1], n_actors=int(actor.max()) + 1)
    return ScoreDifference(first, second, first - second, interval)
