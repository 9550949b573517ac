"""How many clips of each group are predicted right: the counts that every statistic of an evaluation is made of.

The groups are actors, folds or true labels. Accuracies of any set of whole groups follow from sums of these counts, so
a resample of actors costs a product of matrices and never looks at a clip again.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import IS_BLEND, SET_OF_LABEL
from blemore_cli.core.types import Bools, Clips, Floats, Ints
from blemore_cli.evaluation.scoring.metrics import check_labels

Counts = Ints | Floats
Metric = Literal["presence", "salience", "score"]
METRICS: Final[tuple[Metric, ...]] = ("presence", "salience", "score")
"""The official figures, in the order of every last axis of length 3 here."""


@dataclass(frozen=True)
class CorrectCounts:
    """Clips and right clips of G groups under S models that differ in their seed.

    Attributes:
        n_clips: (G,) clips, at least 1.
        n_blends: (G,) true blends among them.
        presence: (S, G) clips whose emotion set is right.
        salience: (S, G) true blends whose label is exactly right.
    """

    n_clips: Ints
    n_blends: Ints
    presence: Ints
    salience: Ints

    def scores(self) -> Floats:
        """(S, G, 3) official figures of each seed and group."""
        return official_figures(self.n_clips, self.n_blends, self.presence, self.salience)

    def pooled(self) -> "CorrectCounts":
        """The counts of all groups together, as one group."""
        return CorrectCounts(*(np.sum(each, axis=-1, keepdims=True) for each in vars(self).values()))


def official_figures(n_clips: Counts, n_blends: Counts, presence: Counts, salience: Counts) -> Floats:
    """Presence accuracy, salience accuracy and Score from counts; salience is 0 without blends, as in `metrics`.

    Args:
        n_clips: (...) clips, at least 1.
        n_blends: (...) true blends among them.
        presence: (...) clips whose emotion set is right.
        salience: (...) true blends whose label is exactly right.

    Returns:
        (..., 3) figures in [0, 1], in the order of `METRICS`.

    Examples:
        >>> official_figures(np.array(4), np.array(2), np.array(3), np.array(1)).tolist()
        [0.75, 0.5, 0.625]
    """
    presence_accuracy = presence / n_clips
    salience_accuracy = salience / np.maximum(n_blends, 1)
    return np.stack([presence_accuracy, salience_accuracy, (presence_accuracy + salience_accuracy) / 2], axis=-1)


def correct_flags(label: Ints, predicted: Ints) -> tuple[Bools, Bools]:
    """Which clips are right.

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
    check_labels(np.tile(label, len(predicted)), predicted.ravel())
    presence: Bools = SET_OF_LABEL[label] == SET_OF_LABEL[predicted]
    return presence, IS_BLEND[label] & (label == predicted)


def correct_counts(group: Ints, label: Ints, predicted: Ints) -> CorrectCounts:
    """Counts clips and right clips by group.

    Args:
        group: (N,) group of each clip, from 0 without gaps.
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (S, N) predicted labels of S seeds.

    Returns:
        The counts of the G groups.

    Raises:
        DataError: As `correct_flags`.

    Examples:
        >>> counts = correct_counts(np.array([0, 0, 1]), np.array([0, 6, 6]), np.array([[0, 7, 6]]))
        >>> counts.presence.tolist(), counts.salience.tolist()
        ([[2, 1]], [[0, 1]])
    """
    presence, salience = correct_flags(label, predicted)
    n_groups = int(group.max()) + 1
    n_blends = np.bincount(group[IS_BLEND[label]], minlength=n_groups)
    return CorrectCounts(np.bincount(group), n_blends, _by_group(presence, group), _by_group(salience, group))


def _by_group(right: Bools, group: Ints) -> Ints:
    """(S, G) sums of (S, N) flags."""
    n_groups = int(group.max()) + 1
    cell = group + n_groups * np.arange(len(right))[:, None]
    return np.bincount(cell[right], minlength=n_groups * len(right)).reshape(len(right), n_groups)


def actor_index(clips: Clips) -> Ints:
    """Numbers the actors; a clip whose actor is unknown counts as an actor of its own.

    To lump the unknown together would make one huge cluster of clips that have nothing in common; to leave them out
    would change the accuracies. The numbers follow the names, so they do not depend on the order of the clips.

    Args:
        clips: N clips.

    Returns:
        (N,) number of each clip's actor, from 0 without gaps.
    """
    own_name = np.where(clips.actor == "", clips.filename, "")
    pairs = np.stack([clips.actor, own_name], axis=1)
    return np.unique(pairs, axis=0, return_inverse=True)[1].reshape(-1)
