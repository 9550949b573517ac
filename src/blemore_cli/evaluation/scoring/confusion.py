"""What is taken for what: emotion sets over all clips, and salience where the pair is right."""

from typing import Final

import numpy as np

from blemore_cli.core.labels import IS_BLEND, N_EMOTIONS, N_SETS, RATIOS, SET_OF_LABEL
from blemore_cli.core.types import Ints
from blemore_cli.evaluation.scoring.correct_counts import correct_flags

N_RATIOS: Final = len(RATIOS)


def set_confusion(label: Ints, predicted: Ints) -> Ints:
    """Counts true against predicted emotion sets, summed over seeds.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (S, N) predicted labels of S seeds.

    Returns:
        (16, 16) counts in the order of `labels.SETS`, true sets in rows; all sum to S N.

    Raises:
        DataError: As `correct_counts.correct_flags`.

    Examples:
        >>> counts = set_confusion(np.array([0, 6]), np.array([[0, 0], [0, 7]]))
        >>> counts[0, 0], counts[6, 0], counts[6, 6]
        (np.int64(2), np.int64(1), np.int64(1))
    """
    correct_flags(label, predicted)
    return _counts(np.broadcast_to(SET_OF_LABEL[label], predicted.shape), SET_OF_LABEL[predicted], N_SETS)


def ratio_confusion(label: Ints, predicted: Ints) -> Ints:
    """Counts true against predicted saliences of the blends whose pair of emotions is right, summed over seeds.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (S, N) predicted labels of S seeds.

    Returns:
        (3, 3) counts in the order of `labels.RATIOS`, true saliences in rows.

    Raises:
        DataError: As `correct_counts.correct_flags`.

    Examples:
        >>> ratio_confusion(np.array([0, 6, 7]), np.array([[0, 7, 7]])).tolist()  # 50/50 taken for 70/30
        [[0, 1, 0], [0, 1, 0], [0, 0, 0]]
    """
    has_right_set, _ = correct_flags(label, predicted)
    pair_right = has_right_set & IS_BLEND[label]
    true = np.broadcast_to(label, predicted.shape)[pair_right]
    return _counts(_ratio_of(true), _ratio_of(predicted[pair_right]), N_RATIOS)


def _ratio_of(label: Ints) -> Ints:
    """Position in `labels.RATIOS` of blends: labels list the three ratios of each pair in turn, after the singles."""
    return (label - N_EMOTIONS) % N_RATIOS


def _counts(true: Ints, predicted: Ints, n_classes: int) -> Ints:
    cell = true.ravel() * n_classes + predicted.ravel()
    return np.bincount(cell, minlength=n_classes**2).reshape(n_classes, n_classes)
