"""Log loss of each held-out clip, by which the number of epochs is chosen."""

from typing import Final

import numpy as np

from blemore_cli.core.labels import N_LABELS, SALIENCE
from blemore_cli.core.types import Floats, Ints

SMALLEST_PROB: Final = float(np.finfo(np.float64).tiny)
"""Probabilities count as at least this, so that a loss is never infinite."""


def held_out_losses(label: Ints, prob: Floats) -> Floats:
    """Loss of each clip in nats, whose mean is `training.losses.label_loss`.

    Over the 36 permitted labels -log P(label); over the six emotions -sum_e s_e log P(e) with the saliences s of the
    label.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        prob: (N, 36) or (N, 6) probabilities.

    Returns:
        (N,) float64, 0 or more.

    Examples:
        >>> held_out_losses(np.array([0, 6]), np.full((2, 6), 1 / 6)).round(3).tolist()
        [1.792, 1.792]
    """
    log_prob = np.log(np.maximum(prob, SMALLEST_PROB, dtype=np.float64))
    if prob.shape[1] == N_LABELS:
        return np.asarray(-log_prob[np.arange(len(label)), label])
    return np.asarray(-(SALIENCE[label] * log_prob).sum(axis=1))
