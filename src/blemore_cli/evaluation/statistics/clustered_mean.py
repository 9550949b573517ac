"""Clustered mean: the mean of a figure over clips, with its interval over actors."""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.statistics.actor_bootstrap import N_RESAMPLES, percentile_interval, resampled_sums


@dataclass(frozen=True)
class ClusteredMean:
    """A mean over clips; None where no clip has a value.

    Attributes:
        mean: The mean.
        ci95: 95 % CI, bootstrap over actors; None with fewer than two actors.
    """

    mean: float | None
    ci95: tuple[float, float] | None


def clustered_mean(
    values: Floats, actor: Ints, *, generator: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> ClusteredMean:
    """Mean over clips and seeds, with an interval from resamples of whole actors.

    Args:
        values: (S, N) figures of the clips for each seed, NaN where a clip has none.
        actor: (N,) number of each clip's actor, from 0.
        generator: Draws the resamples.
        n_resamples: Number of resamples.

    Examples:
        >>> values, generator = np.array([[1.0, 0.0, np.nan]]), np.random.default_rng(0)
        >>> clustered_mean(values, np.array([0, 1, 1]), generator=generator).mean
        0.5
    """
    exists = ~np.isnan(values)
    if not exists.any():
        return ClusteredMean(None, None)
    sums = np.bincount(actor, np.where(exists, values, 0).sum(axis=0))
    counts = np.bincount(actor, exists.sum(axis=0))
    columns: Floats = np.stack([sums, counts], axis=1)[counts > 0].astype(np.float64)
    mean = float(columns[:, 0].sum() / columns[:, 1].sum())
    if len(columns) < 2:
        return ClusteredMean(mean, None)
    resampled = resampled_sums(columns, generator=generator, n_resamples=n_resamples)
    return ClusteredMean(mean, percentile_interval(resampled[:, 0] / resampled[:, 1], n_actors=len(columns)))
