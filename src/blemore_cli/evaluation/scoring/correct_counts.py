"""Counts of correct clips by actor, fold or label, from which every statistic of an evaluation is computed.

Accuracies of any union of groups follow from sums of these counts, so all resamples of actors cost one product of
matrices.
"""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.labels import IS_BLEND
from blemore_cli.core.types import Bools, Clips, Floats, Ints
from blemore_cli.evaluation.scoring.metrics import METRICS, Metric, correct_flags, official_figures


@dataclass(frozen=True)
class CorrectCounts:
    """Clips and correct clips of G groups under S models that differ in their seed.

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

    def pooled_scores(self) -> Floats:
        """(S, 3) official figures of each seed over all groups."""
        counts = (self.n_clips, self.n_blends, self.presence, self.salience)
        return official_figures(*(np.sum(values, axis=-1) for values in counts))

    def mean_figure(self, metric: Metric) -> float:
        """One official figure over all groups, mean over seeds."""
        return float(self.pooled_scores()[:, METRICS.index(metric)].mean())


def correct_counts(group: Ints, label: Ints, predicted: Ints) -> CorrectCounts:
    """Counts clips and correct clips by group.

    Args:
        group: (N,) group of each clip, from 0 without gaps.
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (S, N) predicted labels of S seeds.

    Raises:
        DataError: As `metrics.correct_flags`.

    Examples:
        >>> counts = correct_counts(np.array([0, 0, 1]), np.array([0, 6, 6]), np.array([[0, 7, 6]]))
        >>> counts.presence.tolist(), counts.salience.tolist()
        ([[2, 1]], [[0, 1]])
    """
    presence, salience = correct_flags(label, predicted)
    n_groups = int(group.max()) + 1
    n_blends = np.bincount(group[IS_BLEND[label]], minlength=n_groups)
    return CorrectCounts(np.bincount(group), n_blends, _by_group(presence, group), _by_group(salience, group))


def _by_group(is_correct: Bools, group: Ints) -> Ints:
    """(S, G) sums of (S, N) flags."""
    n_groups = int(group.max()) + 1
    cell = group + n_groups * np.arange(len(is_correct))[:, None]
    return np.bincount(cell[is_correct], minlength=n_groups * len(is_correct)).reshape(len(is_correct), n_groups)


def actor_index(clips: Clips) -> Ints:
    """Number of each clip's actor, (N,) from 0 without gaps; a clip whose actor is unknown counts as a separate actor.

    As one actor, the unknown would be a huge cluster of clips that have nothing in common; to leave them out would
    change the accuracies. The numbers follow the names, so they do not depend on the order of the clips.
    """
    is_unknown = clips.actor == ""
    index = np.empty(len(clips), dtype=np.int64)
    files, index[is_unknown] = np.unique(clips.filename[is_unknown], return_inverse=True)
    _, actor = np.unique(clips.actor[~is_unknown], return_inverse=True)
    index[~is_unknown] = len(files) + actor
    return index
