"""Detection of failed encoders by a gate: precision and recall of the sound encoders, and the AUC of its ranking.

All three are means over the clips that have both a sound and a failed encoder: elsewhere there is nothing to detect.
"""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Clips, Floats
from blemore_cli.evaluation.scoring.correct_counts import actor_index
from blemore_cli.evaluation.statistics.actor_bootstrap import ClusteredMean, clustered_mean

Interval = tuple[float, float] | None


@dataclass(frozen=True)
class GateDetection:
    """Figures of a gate under failures, means over clips and seeds, with 95 % CIs over actors; None where not defined.

    Attributes:
        precision: Share of the kept encoders that are sound.
        precision_ci95: Interval of `precision`.
        chance: Share of the encoders of a clip that are sound, the precision of a random selection.
        recall: Share of the sound encoders that are kept; below 1 also because no more than n are kept.
        recall_ci95: Interval of `recall`.
        auc: Share of the pairs of a sound and a failed encoder of a clip whose sound one is ranked first.
        auc_ci95: Interval of `auc`; chance is 0.5.
    """

    precision: float | None = None
    precision_ci95: Interval = None
    chance: float | None = None
    recall: float | None = None
    recall_ci95: Interval = None
    auc: float | None = None
    auc_ci95: Interval = None


def gate_detection(
    clips: Clips, sound: Bools, failed: Bools, *, kept: Bools | None, ranking: Floats | None
) -> GateDetection:
    """Measures whether a gate keeps sound encoders, and ranks them before failed ones.

    Args:
        clips: N clips.
        sound: (S, N, E) encoders that a model of each seed reads and that are sound.
        failed: (S, N, E) encoders that it reads and that failed.
        kept: (S, N, E) encoders that it keeps; None where no selection takes place.
        ranking: (S, N, E) what the gate ranks by, larger is better; None where no gate ranks.
    """
    applies = sound.any(-1) & failed.any(-1)
    actor = actor_index(clips)

    def mean_of(values: Floats, purpose: str) -> ClusteredMean:
        generator = numpy_generator(0, "gate detection", purpose)
        return clustered_mean(np.where(applies, values, np.nan), actor, generator=generator)

    figures = GateDetection()
    if kept is not None:
        precision, recall = mean_of(_share(kept & sound, kept), "precision"), mean_of(_share(kept & sound, sound), "")
        chance = mean_of(_share(sound, sound | failed), "chance").mean
        figures = GateDetection(precision.mean, precision.ci95, chance, recall.mean, recall.ci95)
    if ranking is None:
        return figures
    auc = mean_of(within_clip_auc(ranking, sound, failed), "auc")
    return GateDetection(**{**vars(figures), "auc": auc.mean, "auc_ci95": auc.ci95})


def within_clip_auc(ranking: Floats, sound: Bools, failed: Bools) -> Floats:
    """Share of a clip's pairs of a sound and a failed encoder that are ranked right, ties half; NaN without a pair.

        AUC = mean over sound e, failed f of [s_e > s_f] + [s_e = s_f] / 2

    Args:
        ranking: (..., E).
        sound: (..., E) bool.
        failed: (..., E) bool.

    Returns:
        (...) in [0, 1].

    Source:
        Hanley and McNeil 1982, The meaning and use of the area under a ROC curve, Radiology 143(1).

    Examples:
        >>> sound, failed = np.array([[True, True, False]]), np.array([[False, False, True]])
        >>> within_clip_auc(np.array([[3.0, 1.0, 1.0]]), sound, failed).tolist()
        [0.75]
    """
    right, n_pairs = np.zeros(sound.shape[:-1]), sound.sum(-1) * failed.sum(-1)
    for encoder in range(sound.shape[-1]):
        score = ranking[..., encoder, None]
        wins = (failed * ((score > ranking) + 0.5 * (score == ranking))).sum(-1)
        right += sound[..., encoder] * wins
    return np.asarray(np.divide(right, n_pairs, out=np.full(right.shape, np.nan), where=n_pairs > 0))


def _share(part: Bools, whole: Bools) -> Floats:
    """(S, N) share of a clip's encoders, NaN of none."""
    n_part, n_whole = part.sum(-1).astype(np.float64), whole.sum(-1)
    return np.asarray(np.divide(n_part, n_whole, out=np.full(n_part.shape, np.nan), where=n_whole > 0))
