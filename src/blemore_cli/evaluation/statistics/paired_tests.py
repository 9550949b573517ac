"""Paired tests of two arms on the same clips, and the cases in which none can be computed."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from blemore_cli.core.types import Bools, Clips, Floats, Ints
from blemore_cli.evaluation.scoring.correct_counts import CorrectCounts, actor_index, correct_counts
from blemore_cli.evaluation.scoring.metrics import METRICS, Metric, correct_flags
from blemore_cli.evaluation.statistics.actor_bootstrap import percentile_interval
from blemore_cli.evaluation.statistics.paired_differences import actor_differences, fold_seed_differences
from blemore_cli.evaluation.statistics.significance import (
    Significance,
    corrected_resampled_t,
    is_constant,
    mcnemar_over_clips,
    significance,
    wilcoxon_over_actors,
)

Method = Literal["actor_bootstrap", "nadeau_bengio", "wilcoxon", "mcnemar"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)


@dataclass(frozen=True)
class CountedArm:
    """Predictions of one arm and their counts of correct clips.

    Attributes:
        predicted: (S, N) decoded labels.
        correct: (S, N) flags by figure, `presence` and `salience`.
        actors: Counts by actor.
        folds: Counts by fold.
    """

    predicted: Ints
    correct: dict[Metric, Bools]
    actors: CorrectCounts
    folds: CorrectCounts


@dataclass(frozen=True)
class ArmPair:
    """Two arms on the same clips and seeds, with their resampled differences.

    Attributes:
        a: The arm.
        b: The reference, whose figures are subtracted.
        resampled: (B, 3) differences on resamples of actors.
        flip_p: (3,) p-values of the sign flips.
    """

    a: CountedArm
    b: CountedArm
    resampled: Floats
    flip_p: Floats


def counted_arm(clips: Clips, predicted: Ints) -> CountedArm:
    """Counts the correct clips of an arm, from (S, N) decoded labels.

    Raises:
        DataError: If predictions do not fit the clips, or a clip is unlabelled.
    """
    presence, salience = correct_flags(clips.label, predicted)
    fold = np.unique(clips.fold, return_inverse=True)[1]
    return CountedArm(
        predicted,
        {"presence": presence, "salience": salience},
        correct_counts(actor_index(clips), clips.label, predicted),
        correct_counts(fold, clips.label, predicted),
    )


def paired_test(pair: ArmPair, metric: Metric, method: Method) -> Significance:
    """Tests one figure by one method: its p-value and interval, or the reason why there is none.

    The Score is not a share of clips, so it has no `mcnemar`.
    """
    if np.array_equal(pair.a.predicted, pair.b.predicted):
        return Significance(None, note="equal predictions")
    if metric == "salience" and not pair.a.actors.n_blends.any():
        return Significance(None, note="no blends")
    if method == "actor_bootstrap":
        return _over_actors(pair, metric)
    if method == "nadeau_bengio":
        return _over_folds_and_seeds(pair, metric)
    if method == "wilcoxon":
        return wilcoxon_over_actors(actor_differences(pair.a.actors, pair.b.actors, metric))
    return mcnemar_over_clips(pair.a.correct[metric], pair.b.correct[metric])


def bootstrap_interval(pair: ArmPair, metric: Metric) -> tuple[float, float]:
    """The actor bootstrap's 95 % CI of a difference; (-1, 1), every possible difference, with one actor."""
    if np.array_equal(pair.a.predicted, pair.b.predicted):
        return 0.0, 0.0
    n_actors = len(pair.a.actors.n_clips)
    if n_actors < 2:
        return -1.0, 1.0
    return percentile_interval(pair.resampled[:, METRICS.index(metric)], n_actors=n_actors)


def effect_size(pair: ArmPair, metric: Metric) -> float | None:
    """Cohen's d_z of the actors: the mean of their differences over its standard deviation (n - 1).

    Returns:
        The effect size; None with fewer than two actors, or where their differences are all the same.

    Source:
        Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, section 2.3.5; Lakens 2013, Frontiers in
        Psychology 4:863, equation 6.
    """
    differences = actor_differences(pair.a.actors, pair.b.actors, metric)
    if len(differences) < 2 or is_constant(differences):
        return None
    return float(np.mean(differences) / np.std(differences, ddof=1))


def _over_actors(pair: ArmPair, metric: Metric) -> Significance:
    column = METRICS.index(metric)
    if len(pair.a.actors.n_clips) < 2:
        return Significance(None, note="one actor")
    if is_constant(pair.resampled[:, column]):
        return Significance(None, note="zero variance")
    return significance(pair.flip_p[column], bootstrap_interval(pair, metric))


def _over_folds_and_seeds(pair: ArmPair, metric: Metric) -> Significance:
    n_folds, n_seeds = len(pair.a.folds.n_clips), len(pair.a.predicted)
    if n_folds < 2:
        return Significance(None, note="one fold and one seed" if n_seeds == 1 else "one fold")
    differences = fold_seed_differences(pair.a.folds, pair.b.folds, metric)
    return corrected_resampled_t(differences, test_train_ratio=1 / (n_folds - 1))
