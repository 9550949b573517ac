"""Reliability of probabilities: of the predictions made with probability p, a share p should be right.

Source: Guo et al. 2017, On Calibration of Modern Neural Networks (arXiv 1706.04599), section 2.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import N_SETS, SET_OF_LABEL
from blemore_cli.core.types import Bools, Floats, Ints

N_BINS: Final = 10


@dataclass(frozen=True)
class Reliability:
    """Predictions in B bins of equal width over [0, 1].

    Attributes:
        count: (B,) predictions in each bin; the upper end belongs to a bin, and 0 to the first.
        mean_prob: (B,) mean of their probabilities, NaN where there is none.
        share_right: (B,) share of them that is right, NaN where there is none.
        ece: Expected calibration error, in [0, 1].
    """

    count: Ints
    mean_prob: Floats
    share_right: Floats
    ece: float

    @property
    def bias(self) -> float:
        """Mean probability minus share right over all predictions: above 0 where they are overconfident."""
        is_filled = self.count > 0
        gaps = (self.mean_prob - self.share_right)[is_filled]
        return float((self.count[is_filled] * gaps).sum() / self.count.sum())


def reliability(prob: Floats, is_right: Bools, *, n_bins: int = N_BINS) -> Reliability:
    """Bins predictions by their probability and compares it with how often they are right.

        ECE = sum_b count_b / N * |share_right_b - mean_prob_b|

    Args:
        prob: (N,) probabilities of what was predicted.
        is_right: (N,) whether it was right.
        n_bins: Number of bins.

    Raises:
        DataError: If there is no prediction.

    Examples:
        >>> bins = reliability(np.array([0.25, 0.25, 0.75]), np.array([False, True, True]), n_bins=2)
        >>> bins.count.tolist(), bins.share_right.tolist(), round(bins.ece, 3)
        ([2, 1], [0.5, 1.0], 0.25)
    """
    if not len(prob):
        raise DataError("reliability needs at least one prediction, got none", fix="Give predictions of some clips.")
    edges = np.linspace(0, 1, n_bins + 1)
    index = np.clip(np.searchsorted(edges, prob, side="left") - 1, 0, n_bins - 1)
    count = np.bincount(index, minlength=n_bins)
    with np.errstate(invalid="ignore"):
        mean_prob = np.bincount(index, prob, n_bins) / count
        share_right = np.bincount(index, is_right, n_bins) / count
    gaps = np.nan_to_num(np.abs(share_right - mean_prob))
    return Reliability(count, mean_prob, share_right, float((count * gaps).sum() / len(prob)))


def predicted_set_prob(prob: Floats, predicted: Ints) -> Floats:
    """The probability, (N,), that a distribution (N, 36) gives to the emotion set of the label decoded from it."""
    set_prob = np.zeros((len(prob), N_SETS))
    np.add.at(set_prob.T, SET_OF_LABEL, prob.T)
    return np.asarray(set_prob[np.arange(len(prob)), SET_OF_LABEL[predicted]])
