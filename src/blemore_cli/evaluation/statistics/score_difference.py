"""By how much one way to predict scores above another on the same clips."""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.statistics.actor_bootstrap import N_RESAMPLES, percentile_interval, resampled_scores


@dataclass(frozen=True)
class ScoreDifference:
    """Two Scores, mean over seeds, and their paired difference.

    Attributes:
        a: Score of the one.
        b: Score of the other.
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
    """Compares (S, N) labels that are predicted for N clips in two ways.

    Args:
        clips: The clips.
        a: (S, N) labels of the one.
        b: (S, N) labels of the other.
        generator: Draws the resamples.
        n_resamples: Number of resamples.
    """
    actor = actor_index(clips)
    counts = [correct_counts(actor, clips.label, each) for each in (a, b)]
    first, second = (float(each.pooled().scores()[..., 2].mean()) for each in counts)
    interval = None
    if actor.max():
        scores = resampled_scores(counts, generator=generator, n_resamples=n_resamples)[..., 2]
        interval = percentile_interval(scores[0] - scores[1], n_actors=int(actor.max()) + 1)
    return ScoreDifference(first, second, first - second, interval)
