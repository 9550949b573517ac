"""Actor bootstrap: percentile intervals of figures and paired differences from resamples of whole actors.

Clips of one actor are not independent, so whole actors are drawn with replacement (the cluster bootstrap: Davison and
Hinkley 1997, Bootstrap Methods and their Application, section 3.8). Every figure of a resample is a ratio of sums of
per-actor counts, so all resamples of all arms come from one product of matrices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.evaluation.scoring.correct_counts import CorrectCounts, actor_index, correct_counts
from blemore_cli.evaluation.scoring.metrics import METRICS, Metric, official_figures

N_RESAMPLES: Final = 10_000
LEVEL: Final = 0.95
MAX_WEIGHTS: Final = 2**23
"""Weights held at once: 64 MiB of doubles, also where every clip is its own actor."""


def resampled_scores(
    arms: Sequence[CorrectCounts], *, generator: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> Floats:
    """Official figures of every arm on the same resamples of actors, mean over seeds.

    Args:
        arms: Counts by actor of each arm; same clips, so that differences along the first axis are paired.
        generator: Draws the resamples, which depend on the number of actors alone.
        n_resamples: Number of resamples B.

    Returns:
        (arms, B, 3) figures in [0, 1], in the order of `METRICS`.
    """
    means = [np.stack([arm.presence.mean(axis=0), arm.salience.mean(axis=0)]) for arm in arms]
    columns = np.concatenate([np.stack([arms[0].n_clips, arms[0].n_blends]), *means]).T  # (A, 2 + 2 arms)
    sums = resampled_sums(columns, generator=generator, n_resamples=n_resamples)
    return np.stack([official_figures(*sums[:, :2].T, *sums[:, i : i + 2].T) for i in range(2, sums.shape[1], 2)])


def resampled_sums(columns: Floats, *, generator: np.random.Generator, n_resamples: int = N_RESAMPLES) -> Floats:
    """Sums over actors on B resamples of actors, which depend on the number of actors alone.

    Args:
        columns: (A, C) contribution of each actor to each of C sums.
        generator: Draws the resamples.
        n_resamples: Number of resamples B.

    Returns:
        (B, C) sums.
    """
    n_actors = len(columns)
    step = max(1, MAX_WEIGHTS // n_actors)
    sizes = [min(step, n_resamples - start) for start in range(0, n_resamples, step)]
    even = np.full(n_actors, 1 / n_actors)
    return np.concatenate([generator.multinomial(n_actors, even, size) @ columns for size in sizes])


def percentile_interval(resampled: Floats, *, n_actors: int) -> tuple[float, float]:
    """The 95 % percentile interval, expanded for the number of actors.

    With n actors the plain percentiles are too narrow by about sqrt((n - 1) / n) and by the tails of Student's t.
    The expanded interval takes the percentiles Phi(-+ t sqrt(n / (n - 1))) instead, t the 97.5 % quantile with n - 1
    degrees of freedom: for a mean of n values it is the t-interval, and it keeps the skew of the resamples.

    Args:
        resampled: (B,) resampled figures or differences.
        n_actors: Number of actors n, at least 2.

    Source:
        Hesterberg 2015, What teachers should know about the bootstrap, The American Statistician 69(4), section 5.
    """
    t = stats.t.ppf((1 + LEVEL) / 2, n_actors - 1) * np.sqrt(n_actors / (n_actors - 1))
    low, high = np.quantile(resampled, [stats.norm.cdf(-t), stats.norm.cdf(t)])
    return float(low), float(high)


def score_intervals(
    counts: CorrectCounts, *, generator: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> dict[Metric, tuple[float, float]]:
    """95 % CIs of one arm's official figures, mean over seeds, over actors; (0, 1) where there is one actor only.

    Args:
        counts: Counts by actor of the arm.
        generator: Draws the resamples.
        n_resamples: Number of resamples.
    """
    n_actors = len(counts.n_clips)
    if n_actors < 2:
        return dict.fromkeys(METRICS, (0.0, 1.0))
    (scores,) = resampled_scores([counts], generator=generator, n_resamples=n_resamples)
    return {metric: percentile_interval(scores[:, i], n_actors=n_actors) for i, metric in enumerate(METRICS)}


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
    """Compares two predictions (S, N) of the same N labelled clips."""
    actor = actor_index(clips)
    counts = [correct_counts(actor, clips.label, predicted) for predicted in (a, b)]
    first, second = (each.mean_figure("score") for each in counts)
    interval = None
    if actor.max():
        scores = resampled_scores(counts, generator=generator, n_resamples=n_resamples)[..., 2]
        interval = percentile_interval(scores[0] - scores[1], n_actors=int(actor.max()) + 1)
    return ScoreDifference(first, second, first - second, interval)
