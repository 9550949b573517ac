"""Spearman's rank correlation of two rankings of the encoders of each clip."""

import numpy as np
from scipy.stats import rankdata

from blemore_cli.core.types import Bools, Floats


def rank_correlations(a: Floats, b: Floats, available: Bools) -> Floats:
    """Spearman's correlation over the available encoders of each clip; ties have their mean rank.

    It is Pearson's correlation of the ranks. Source: Spearman 1904, American Journal of Psychology 15, 72-101.

    Args:
        a: (..., E), larger is better.
        b: (..., E).
        available: (..., E) which encoders a clip has.

    Returns:
        (...) correlations in [-1, 1]; NaN with fewer than two encoders, or where all values of `a` or of `b` are equal.

    Examples:
        >>> available = np.array([[True, True, True]])
        >>> rank_correlations(np.array([[1.0, 2, 3]]), np.array([[5.0, 9, 7]]), available).round(2).tolist()
        [0.5]
    """
    a, b, available = np.broadcast_arrays(a, b, available)
    first, second = (_centred(mean_ranks(values, available), available) for values in (a, b))
    norm = np.sqrt((first**2).sum(-1) * (second**2).sum(-1))
    product = (first * second).sum(-1)
    return np.asarray(np.divide(product, norm, out=np.full(norm.shape, np.nan), where=norm > 0))


def mean_ranks(values: Floats, available: Bools) -> Floats:
    """Ranks (..., E) from 1, the smallest first; equal values share the mean of their ranks; 0 where not available."""
    ranks = rankdata(np.where(available, values, np.nan), axis=-1, nan_policy="omit")
    return np.where(available, ranks, 0.0)


def _centred(ranks: Floats, available: Bools) -> Floats:
    n = np.maximum(available.sum(-1, keepdims=True), 1)
    return np.where(available, ranks - ranks.sum(-1, keepdims=True) / n, 0.0)
