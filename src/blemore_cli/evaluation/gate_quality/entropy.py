"""Entropy of the gate."""

import numpy as np

from blemore_cli.core.types import Bools, Floats


def gate_entropy(scores: Floats, available: Bools) -> Floats:
    """Entropy of the softmax of the scores over the available encoders, as a share of its maximum.

    -sum_e p_e log p_e / log A: 0 where one encoder has all the probability, 1 where all A have the same.

    Args:
        scores: (..., E), divided by the temperature.
        available: (..., E), at least one.

    Returns:
        (...) in [0, 1]; NaN with one available encoder.

    Examples:
        >>> gate_entropy(np.zeros((1, 3)), np.array([[True, True, False]])).round(6).tolist()
        [1.0]
    """
    scores, available = np.broadcast_arrays(np.asarray(scores, dtype=np.float64), available)
    masked = np.where(available, scores, -np.inf)
    prob = np.exp(masked - masked.max(-1, keepdims=True))
    prob = prob / prob.sum(-1, keepdims=True)
    entropy = -(prob * np.log(np.where(prob > 0, prob, 1))).sum(-1)
    n = available.sum(-1)
    return np.asarray(np.divide(entropy, np.log(n), out=np.full(n.shape, np.nan), where=n > 1))
