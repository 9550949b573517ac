"""The official metrics on label positions: presence accuracy, salience accuracy and the Score that ranks.

Source: BLEMORE dataset paper, arXiv 2601.13225, and `accuracy_funcs.py` of BlEmoRe/blemore-common.
"""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import IS_BLEND, LABEL_CODES, N_LABELS, SET_OF_LABEL
from blemore_cli.core.types import Ints


@dataclass(frozen=True)
class Scores:
    """The three official figures, each in [0, 1].

    Attributes:
        presence: `presence_accuracy`.
        salience: `salience_accuracy`.
        score: Their mean.
    """

    presence: float
    salience: float
    score: float


@dataclass(frozen=True)
class LabelScores:
    """How the clips of one true label were predicted.

    Attributes:
        label: Code of the true label, as in `labels.LABEL_CODES`.
        n: Number of clips with this label.
        presence: Share of them with the right emotion set.
        exact: Share of them with exactly this label; for blends the salience accuracy.
    """

    label: str
    n: int
    presence: float
    exact: float


def presence_accuracy(label: Ints, predicted: Ints) -> float:
    """Share of clips whose predicted emotion set is the true one.

    Coverage is the caller's duty here and a requirement of `prediction_files.match`: the organisers'
    function averages over whatever clips are predicted, and gives NaN for none, so that leaving out the hard clips
    raises their figure. Here nothing to score is an error.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (N,) predicted labels.

    Returns:
        Accuracy in [0, 1].

    Raises:
        DataError: If there is no clip, the lengths differ, or a value is not a position of a label.

    Examples:
        >>> presence_accuracy(np.array([0, 6]), np.array([0, 7]))  # ang; ang+disg at the wrong salience
        1.0
    """
    check_labels(label, predicted)
    return float(np.mean(SET_OF_LABEL[label] == SET_OF_LABEL[predicted]))


def salience_accuracy(label: Ints, predicted: Ints) -> float:
    """Share of the true blends predicted with exactly the right emotions and saliences; 0 if no clip is a blend.

    The challenge's text speaks of ranking the emotions, but the organisers compare rounded percents: 60/40 for 70/30
    counts as wrong, as do fractions such as 0.7/0.3. A single predicted for a blend is wrong; a blend predicted for
    a single is not counted here. Without blends their function gives NaN.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (N,) predicted labels.

    Returns:
        Accuracy in [0, 1].

    Raises:
        DataError: As `presence_accuracy`.

    Examples:
        >>> salience_accuracy(np.array([0, 6, 6]), np.array([7, 6, 7]))
        0.5
    """
    check_labels(label, predicted)
    is_blend = IS_BLEND[label]
    return float(np.mean((label == predicted)[is_blend])) if is_blend.any() else 0.0


def score(label: Ints, predicted: Ints) -> float:
    """The mean of presence and salience accuracy, which ranks the challenge.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (N,) predicted labels.

    Returns:
        Score in [0, 1].

    Raises:
        DataError: As `presence_accuracy`.

    Examples:
        >>> score(np.array([0, 6, 6]), np.array([0, 6, 7]))
        0.75
    """
    return official_scores(label, predicted).score


def official_scores(label: Ints, predicted: Ints) -> Scores:
    """All three official figures of one set of predictions.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (N,) predicted labels.

    Returns:
        Presence, salience and Score.

    Raises:
        DataError: As `presence_accuracy`.

    Examples:
        >>> official_scores(np.array([0, 6, 6]), np.array([0, 6, 7]))
        Scores(presence=1.0, salience=0.5, score=0.75)
    """
    presence, salience = presence_accuracy(label, predicted), salience_accuracy(label, predicted)
    return Scores(presence=presence, salience=salience, score=(presence + salience) / 2)


def per_label_table(label: Ints, predicted: Ints) -> list[LabelScores]:
    """Presence and exact accuracy of each true label that occurs, in the order of `labels.LABELS`.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (N,) predicted labels.

    Returns:
        One record a true label.

    Raises:
        DataError: As `presence_accuracy`.

    Examples:
        >>> per_label_table(np.array([6, 6]), np.array([6, 7]))
        [LabelScores(label='ang_disg_50_50', n=2, presence=1.0, exact=0.5)]
    """
    check_labels(label, predicted)
    n = np.bincount(label, minlength=N_LABELS)
    presence = np.bincount(label, SET_OF_LABEL[label] == SET_OF_LABEL[predicted], minlength=N_LABELS)
    exact = np.bincount(label, label == predicted, minlength=N_LABELS)
    return [
        LabelScores(LABEL_CODES[i], int(n[i]), float(presence[i] / n[i]), float(exact[i] / n[i]))
        for i in np.flatnonzero(n)
    ]


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
    if not len(label):
        raise DataError("metrics need at least one clip, got none", fix="Give labelled predictions.")
    for values, meaning in ((label, "true"), (predicted, "predicted")):
        if values.min() < 0 or values.max() >= N_LABELS:
            outside = values[(values < 0) | (values >= N_LABELS)]
            raise DataError(
                f"{meaning} labels must be positions from 0 to {N_LABELS - 1}, "
                f"got {outside[0]} in {len(outside)} of {len(values)} clips",
                fix="Score labelled clips only; -1 marks an unlabelled one.",
            )
