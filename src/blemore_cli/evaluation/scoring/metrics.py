"""Official metrics: presence accuracy, salience accuracy, and their mean, the Score that ranks.

Presence accuracy is the share of clips whose predicted emotion set is the true one. Salience accuracy is the share of
the true blends predicted with exactly the right emotions and saliences; 0 where no clip is a blend. A single predicted
for a blend is wrong there, and a blend predicted for a single is not counted. The challenge's text speaks of ranking
the emotions, but the organisers compare rounded percents: 60/40 for 70/30 counts as wrong.

The organisers' functions average over whatever clips are predicted, so that leaving out the hard clips raises their
figures, and give NaN where there is nothing to average. Here every clip is scored (`prediction_files.match` requires
it), and nothing to score is an error.

Source: BLEMORE dataset paper, arXiv 2601.13225, and `accuracy_funcs.py` of BlEmoRe/blemore-common.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import IS_BLEND, N_LABELS, SET_OF_LABEL
from blemore_cli.core.types import Bools, Floats, Ints

Counts = Ints | Floats | int
Metric = Literal["presence", "salience", "score"]
METRICS: Final[tuple[Metric, ...]] = ("presence", "salience", "score")
"""The official figures, in the order of every last axis of length 3 in `evaluation`."""


@dataclass(frozen=True)
class Scores:
    """The three official figures, each in [0, 1].

    Attributes:
        presence: Presence accuracy.
        salience: Salience accuracy.
        score: Their mean.
    """

    presence: float
    salience: float
    score: float


def official_scores(label: Ints, predicted: Ints) -> Scores:
    """Presence accuracy, salience accuracy and Score of one set of predictions.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (N,) predicted labels.

    Raises:
        DataError: If there is no clip, the lengths differ, or a value is not a position of a label.

    Examples:
        >>> official_scores(np.array([0, 6, 6]), np.array([0, 6, 7]))  # ang, and ang+disg twice, once at 70/30
        Scores(presence=1.0, salience=0.5, score=0.75)
    """
    check_labels(label, predicted)
    presence, salience = correct_flags(label, predicted[None])
    figures = official_figures(len(label), np.sum(IS_BLEND[label]), presence.sum(), salience.sum())
    return Scores(*figures.tolist())


def official_figures(n_clips: Counts, n_blends: Counts, presence: Counts, salience: Counts) -> Floats:
    """Presence accuracy, salience accuracy and Score from counts; salience is 0 without blends.

    Args:
        n_clips: (...) clips, at least 1.
        n_blends: (...) true blends among them.
        presence: (...) clips whose emotion set is right.
        salience: (...) true blends whose label is exactly right.

    Returns:
        (..., 3) figures in [0, 1], in the order of `METRICS`.
    """
    presence_accuracy = presence / n_clips
    salience_accuracy = salience / np.maximum(n_blends, 1)
    return np.stack([presence_accuracy, salience_accuracy, (presence_accuracy + salience_accuracy) / 2], axis=-1)


def correct_flags(label: Ints, predicted: Ints) -> tuple[Bools, Bools]:
    """Correctness of each prediction in presence and in salience.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (S, N) predicted labels of S seeds.

    Returns:
        (S, N) whether the emotion set is right, and (S, N) whether the clip is a true blend and exactly right.

    Raises:
        DataError: If the shapes do not fit, or a value is not a position of a label.
    """
    if predicted.ndim != 2 or predicted.shape[1:] != label.shape or not len(predicted):
        raise DataError(
            f"predictions must be (seeds, clips) with {label.size} clips and at least one seed, got {predicted.shape}",
            fix="Stack the predicted labels of the seeds, one row a seed, in the order of the clips.",
        )
    _check_positions(label, predicted)
    presence: Bools = SET_OF_LABEL[label] == SET_OF_LABEL[predicted]
    return presence, IS_BLEND[label] & (label == predicted)


def check_labels(label: Ints, predicted: Ints) -> None:
    """Refuses labels that cannot be scored.

    Raises:
        DataError: If there is no clip, the lengths differ, or a value is not a position of a label.
    """
    if label.ndim != 1 or label.shape != predicted.shape:
        raise DataError(
            f"true and predicted labels must be two vectors of one length, got {label.shape} and {predicted.shape}",
            fix="Align predictions and labels by clip.",
        )
    _check_positions(label, predicted)


def _check_positions(label: Ints, predicted: Ints) -> None:
    if not label.size:
        raise DataError("metrics need at least one clip, got none", fix="Give labelled predictions.")
    for values, meaning in ((label, "true"), (predicted, "predicted")):
        if values.min() < 0 or values.max() >= N_LABELS:
            outside = values[(values < 0) | (values >= N_LABELS)]
            raise DataError(
                f"{meaning} labels must be positions from 0 to {N_LABELS - 1}, "
                f"got {outside[0]} in {outside.size} of {values.size} clips",
                fix="Score labelled clips only; -1 marks an unlabelled one.",
            )
