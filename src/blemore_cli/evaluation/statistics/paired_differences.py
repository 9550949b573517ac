"""Paired differences of two arms: by actor, by fold and seed, and as the share of each actor in the whole.

A group without blends has no salience accuracy. The official rule calls it 0, which is right for a whole evaluation,
but as an observation of a difference it would be an invented tie; such actors and folds are therefore left out of
salience and Score. If no clip at all is a blend, Score is half the presence accuracy everywhere and all groups stay.

Differences are quotients of whole numbers, so equal ones are equal to the bit and ties are ties.
"""

import numpy as np

from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.scoring.correct_counts import CorrectCounts
from blemore_cli.evaluation.scoring.metrics import Metric


def actor_differences(a: CorrectCounts, b: CorrectCounts, metric: Metric) -> Floats:
    """Difference of each actor, mean over seeds, from two arms' counts by actor of the same clips and seeds.

    Returns:
        (A',) figure of `a` minus that of `b`, for the actors that have one.
    """
    n_seeds = len(a.presence)
    presence, salience = (a.presence - b.presence).sum(axis=0), (a.salience - b.salience).sum(axis=0)
    return _differences(presence, salience, a.n_clips, a.n_blends, metric) / n_seeds


def fold_seed_differences(a: CorrectCounts, b: CorrectCounts, metric: Metric) -> Floats:
    """Difference of each fold and seed, from two arms' counts by fold of the same clips and seeds.

    Returns:
        (J,) figure of `a` minus that of `b`, for S seeds of the folds that have one.
    """
    return _differences(a.presence - b.presence, a.salience - b.salience, a.n_clips, a.n_blends, metric).ravel()


def actor_shares(a: CorrectCounts, b: CorrectCounts) -> Floats:
    """Contribution of each actor to the difference over all clips, mean over seeds.

    Both arms are scored on the same clips, so their denominators agree and the difference is a sum over actors:

        D = sum_i (R_i(a) - R_i(b)) / N,

    with R_i the correct clips of actor i and N all clips that count; Score is the mean of the other two.

    Returns:
        (A, 3) shares in the order of `METRICS`, summing over actors to the pooled differences.
    """
    presence = (a.presence - b.presence).mean(axis=0) / a.n_clips.sum()
    salience = (a.salience - b.salience).mean(axis=0) / max(1, a.n_blends.sum())
    return np.stack([presence, salience, (presence + salience) / 2], axis=1)


def _differences(presence: Ints, salience: Ints, n_clips: Ints, n_blends: Ints, metric: Metric) -> Floats:
    """(..., G') differences of a figure from differences of correct clips (..., G), exact up to one rounding."""
    if metric == "presence":
        return presence / n_clips
    if not n_blends.any():
        return presence / (2 * n_clips) if metric == "score" else np.zeros((*presence.shape[:-1], 0))
    has_blends = n_blends > 0
    presence, salience = presence[..., has_blends], salience[..., has_blends]
    n_clips, n_blends = n_clips[has_blends], n_blends[has_blends]
    if metric == "salience":
        return salience / n_blends
    score: Floats = (presence * n_blends + salience * n_clips) / (2 * n_clips * n_blends)
    return score
