"""The interval of a share, such as right saliences among right pairs, over actors."""

import numpy as np

from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.actor_bootstrap import N_RESAMPLES, percentile_interval


def share_interval(
    actor: Ints, n_trials: Floats, n_hits: Floats, *, generator: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> tuple[float, float]:
    """The 95 % percentile interval of sum(hits) / sum(trials), by resampling whole actors.

    Args:
        actor: (N,) number of each clip's actor, from 0 without gaps.
        n_trials: (N,) how often each clip counts, for example in how many seeds its pair is right.
        n_hits: (N,) how often it was a hit among these.
        generator: Draws the resamples.
        n_resamples: Number of resamples.

    Returns:
        Lower and upper end; the whole range (0, 1) with one actor or where a resample has no trial.
    """
    sums = np.stack([np.bincount(actor, n_trials), np.bincount(actor, n_hits)], axis=1)
    n_actors = len(sums)
    if n_actors < 2:
        return 0.0, 1.0
    trials, hits = (generator.multinomial(n_actors, np.full(n_actors, 1 / n_actors), n_resamples) @ sums).T
    if not trials.all():
        return 0.0, 1.0
    return percentile_interval(hits / trials, n_actors=n_actors)
