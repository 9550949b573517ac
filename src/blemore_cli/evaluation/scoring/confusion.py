"""Confusion matrices of emotion sets, and of saliences where the pair of emotions is right."""

from typing import Final

import numpy as np

from blemore_cli.core.labels import IS_BLEND, LABELS, N_SETS, RATIOS, SET_OF_LABEL
from blemore_cli.core.types import Ints
from blemore_cli.evaluation.scoring.metrics import correct_flags

N_RATIOS: Final = len(RATIOS)
RATIO_OF_LABEL: Final = np.array([RATIOS.index(label.saliences_pct) if label.is_blend else -1 for label in LABELS])
"""(36,) index into `RATIOS` of each blend; -1 of a single."""


def set_confusion(label: Ints, predicted: Ints) -> Ints:
    """Counts true against predicted emotion sets, summed over seeds.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (S, N) predicted labels of S seeds.

    Returns:
        (16, 16) counts in the order of `labels.SETS`, true sets in rows; all sum to S N.

    Raises:
        DataError: As `metrics.correct_flags`.
    """
    correct_flags(label, predicted)
    return _counts(np.broadcast_to(SET_OF_LABEL[label], predicted.shape), SET_OF_LABEL[predicted], N_SETS)


def ratio_confusion(label: Ints, predicted: Ints) -> Ints:
    """Counts true against predicted saliences of the blends whose pair of emotions is right, summed over seeds.

    Arguments and errors as for `set_confusion`.

    Returns:
        (3, 3) counts in the order of `labels.RATIOS`, true saliences in rows.

    Examples:
        >>> ratio_confusion(np.array([0, 6, 7]), np.array([[0, 7, 7]])).tolist()  # 50/50 taken for 70/30
        [[0, 1, 0], [0, 1, 0], [0, 0, 0]]
    """
    has_right_set, _ = correct_flags(label, predicted)
    has_right_pair = has_right_set & IS_BLEND[label]
    true = np.broadcast_to(label, predicted.shape)[has_right_pair]
    return _counts(RATIO_OF_LABEL[true], RATIO_OF_LABEL[predicted[has_right_pair]], N_RATIOS)


def _counts(true: Ints, predicted: Ints, n_classes: int) -> Ints:
    cell = true.ravel() * n_classes + predicted.ravel()
    return np.bincount(cell, minlength=n_classes**2).reshape(n_classes, n_classes)
