"""Search for the organisers' two thresholds, without a loop over the grid."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.core.labels import IS_BLEND, SET_OF_LABEL
from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.scoring.decoding import DOMINANT_BLEND, EQUAL_BLEND, two_largest
from blemore_cli.evaluation.scoring.metrics import check_labels

GRID: Final = np.linspace(0.05, 0.95, 20)
"""(20,) the values tried for alpha, and for beta."""


@dataclass(frozen=True)
class Thresholds:
    """The organisers' two thresholds, and the accuracies they reach on the clips they were chosen on.

    Attributes:
        alpha: Presence threshold: an emotion counts from this value on.
        beta: Salience threshold: a blend is 50/50 up to this difference.
        presence: Presence accuracy on the clips searched.
        salience: Salience accuracy on the clips searched.
    """

    alpha: float
    beta: float
    presence: float
    salience: float


def search_thresholds(label: Ints, salience: Floats) -> Thresholds:
    """Finds the thresholds of `decode_thresholds` with the best mean of presence and salience accuracy.

    Of equally good cells the first wins, alpha being the outer and beta the inner loop, as in the organisers' code.

    For each clip the rule compares two numbers: the second largest value with alpha, which decides between a single
    and a blend, and the difference of the two largest with beta, which decides the saliences of the blend. So each
    comparison is made once for all clips and grid values, and the correct clips of all 400 cells are counted by
    products of 0/1 matrices. The comparisons are those of `decode_thresholds`, so the result is equal to the bit.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        salience: (N, 6) salience of each emotion, from `decoding.emotion_salience`.

    Raises:
        DataError: If there is no clip, the lengths differ, or a clip is unlabelled.

    Source:
        `grid_search_thresholds` of BlEmoRe/blemore-common, model/post_process.py.

    Examples:
        >>> search_thresholds(np.array([6]), np.array([[0.5, 0.4, 0.1, 0, 0, 0]]))
        Thresholds(alpha=0.05, beta=0.14473684210526316, presence=1.0, salience=1.0)
    """
    largest, second, top, runner_up = two_largest(salience)
    check_labels(label, largest)
    equal, dominant = EQUAL_BLEND[largest, second], DOMINANT_BLEND[largest, second]
    is_blend = runner_up[:, None] >= GRID  # (N, alphas)

    set_right_as_blend = SET_OF_LABEL[label] == SET_OF_LABEL[equal]
    presence = np.where(is_blend, set_right_as_blend[:, None], (label == largest)[:, None]).sum(axis=0) / len(label)

    true = np.flatnonzero(IS_BLEND[label] & set_right_as_blend)
    is_equal = (top - runner_up)[true, None] <= GRID  # (n, betas)
    right = np.where(is_equal, (label == equal)[true, None], (label == dominant)[true, None])
    n_right = is_blend[true].T.astype(np.float64) @ right  # (alphas, betas)
    salience_accuracy = n_right / max(1, np.count_nonzero(IS_BLEND[label]))

    alpha, beta = np.unravel_index(np.argmax(presence[:, None] + salience_accuracy), n_right.shape)
    return Thresholds(
        alpha=float(GRID[alpha]),
        beta=float(GRID[beta]),
        presence=float(presence[alpha]),
        salience=float(salience_accuracy[alpha, beta]),
    )
