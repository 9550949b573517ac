"""Late fusion of several runs by a mixture of their distributions, with weights chosen by out-of-fold Score.

The mixture of M runs is sum over r of w_r P_r(label), with weights w_r that are not negative and sum to 1. The Score is
a step function of the weights, so it is searched on a grid of the simplex. The best of many mixtures looks better than
it is on the clips that it was chosen on, so what is reported is cross-fitted: for each fold, the weights are chosen on
the other folds and judged on this one.

Source: stacked regressions, Breiman 1996, Machine Learning 24, for weights from cross-validated predictions; Caruana et
al. 2004, Ensemble selection from libraries of models, ICML, for choosing them by the figure that ranks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import IS_BLEND
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.evaluation.scoring.correct_counts import correct_counts
from blemore_cli.evaluation.scoring.decoder import Decoder, fit_decoder
from blemore_cli.evaluation.scoring.decoding import decode_expected_score
from blemore_cli.evaluation.scoring.metrics import METRICS, Scores, official_scores
from blemore_cli.evaluation.statistics.actor_bootstrap import N_RESAMPLES, score_difference

MOST_STEPS: Final = 10
"""Weights are multiples of a tenth where few runs are fused."""
MOST_MIXTURES: Final = 300
"""Size of the grid beyond which its steps become coarser: tenths up to four runs."""

Choose = Callable[[Ints, Floats], Floats]
"""Chooses (M,) weights from (n,) labels and (M, n, 36) probabilities."""


@dataclass(frozen=True)
class Gain:
    """Paired difference of the cross-fitted fusion and an alternative on the same clips.

    Attributes:
        against: Name of the alternative.
        difference: Score of the fusion minus that of the alternative.
        ci95: 95 % CI of the difference over actors.
    """

    against: str
    difference: float
    ci95: tuple[float, float]


@dataclass(frozen=True)
class LateFusion:
    """Weights of several runs, and their Score on clips that they were not chosen on.

    Attributes:
        weights: Weight of each run, chosen on all folds.
        oof: Figures of the cross-fitted fusion.
        alone: Score of each run alone, by the same decoding.
        gain: Over the run that is best alone. That run is chosen on the clips that are scored, which favours it.
        gain_over_equal: Over equal weights.
        decoder: For the mixture of the submission.
    """

    weights: dict[str, float]
    oof: Scores
    alone: dict[str, float]
    gain: Gain
    gain_over_equal: Gain
    decoder: Decoder

    def mixed(self, prob: Mapping[str, Floats]) -> Floats:
        """The mixture (N, 36) of the runs' distributions for any clips."""
        return mixture(np.array(list(self.weights.values())), np.stack([prob[name] for name in self.weights]))


def mixture(weights: Floats, prob: Floats) -> Floats:
    """Mixes distributions.

    Args:
        weights: (M,) weights, not negative, of sum 1.
        prob: (M, N, 36) distributions of the M runs.

    Returns:
        (N, 36) distributions.
    """
    return np.tensordot(weights, prob, axes=1)


def simplex_grid(n_runs: int) -> Floats:
    """(C, M) weights: equal ones, and every division of the whole in equal steps, from the most equal to single runs.

    Examples:
        >>> simplex_grid(2)[:3].tolist()
        [[0.5, 0.5], [0.4, 0.6], [0.6, 0.4]]
    """
    fine = [steps for steps in range(1, MOST_STEPS + 1) if comb(steps + n_runs - 1, steps) <= MOST_MIXTURES]
    steps = max(fine, default=1)
    n_places = steps + n_runs - 1
    bars = [(-1, *inner, n_places) for inner in combinations(range(n_places), n_runs - 1)]
    parts = np.diff(bars, axis=1) - 1  # the steps that lie between two bars
    weights = np.unique(np.vstack([np.full(n_runs, 1 / n_runs), parts / steps]), axis=0)
    return weights[np.argsort(np.round(np.sum(weights**2, axis=1), 12), kind="stable")]


def best_weights(label: Ints, prob: Floats) -> Floats:
    """The weights of the grid whose mixture, decoded for the expected Score, has the best Score.

    Of equally good ones the most equal wins, and equal weights first of all.

    Args:
        label: (N,) true labels, positions in `labels.LABELS`.
        prob: (M, N, 36) distributions of M runs that did not train on these clips.

    Returns:
        (M,) weights.
    """
    grid = simplex_grid(len(prob))
    decoded = np.stack([_decoded(weights, prob, label) for weights in grid])
    scores = correct_counts(np.zeros_like(label), label, decoded).pooled_scores()[:, METRICS.index("score")]
    best: Floats = grid[np.round(scores, 12).argmax()]
    return best


def cross_fitted_labels(clips: Clips, prob: Floats, choose: Choose) -> Ints:
    """Decodes each fold with weights, and a share of blends, from the other folds.

    The models that predict the other folds have seen labels of this one, as in all stacking; what can pass through the
    few weights is small.

    Args:
        clips: N labelled clips; label and fold are read.
        prob: (M, N, 36) out-of-fold distributions of M runs.
        choose: Chooses the weights.

    Returns:
        (N,) predicted labels.

    Raises:
        DataError: If there are fewer than two folds.
    """
    folds = np.unique(clips.fold)
    if len(folds) < 2:
        raise DataError(
            "a fusion is judged on folds that its weights were not chosen on, so it needs two folds or more, "
            f"got {len(folds)}",
            fix="Train the other folds.",
        )
    predicted = np.empty(len(clips), dtype=np.int64)
    for fold in folds:
        rows = clips.fold == fold
        label = clips.label[~rows]
        predicted[rows] = _decoded(choose(label, prob[:, ~rows]), prob[:, rows], label)
    return predicted


def fit_late_fusion(
    clips: Clips, prob: Mapping[str, Floats], *, generator: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> LateFusion:
    """Chooses the weights of several runs, and measures the gain by cross-fitting.

    Runs are taken in the order of their names, so that the order in which they are given changes nothing.

    Args:
        clips: N labelled clips; label, actor and fold are read.
        prob: (N, 36) out-of-fold distributions of each run, mean over its seeds.
        generator: Draws the resamples of actors.
        n_resamples: Number of resamples.

    Raises:
        DataError: If there are fewer than two folds, or distributions do not fit the clips.
    """
    names = sorted(prob)
    stacked = np.stack([prob[name] for name in names])  # (M, N, 36)
    n_runs = len(names)
    weights = best_weights(clips.label, stacked)
    fused, equal = (
        cross_fitted_labels(clips, stacked, choose) for choose in (best_weights, _always(np.full(n_runs, 1 / n_runs)))
    )
    single = [cross_fitted_labels(clips, stacked, _always(one)) for one in np.eye(n_runs)]
    alone = [official_scores(clips.label, predicted).score for predicted in single]
    best = int(np.argmax(alone))

    def gain(against: str, predicted: Ints) -> Gain:
        _, draws = generator.spawn(1)[0].spawn(2)  # those of the intervals of `compare_arms`
        compared = score_difference(clips, fused[None], predicted[None], generator=draws, n_resamples=n_resamples)
        of_one_actor = (0.0, 0.0) if np.array_equal(fused, predicted) else (-1.0, 1.0)
        return Gain(against, compared.difference, compared.ci95 or of_one_actor)

    return LateFusion(
        weights=dict(zip(names, weights.tolist(), strict=True)),
        oof=official_scores(clips.label, fused),
        alone=dict(zip(names, alone, strict=True)),
        gain=gain(names[best], single[best]),
        gain_over_equal=gain("equal weights", equal),
        decoder=fit_decoder(clips.label, mixture(weights, stacked), method="expected_score"),
    )


def _always(weights: Floats) -> Choose:
    return lambda *_: weights


def _decoded(weights: Floats, prob: Floats, label: Ints) -> Ints:
    """Decodes a mixture of (M, N, 36) for the expected Score, with the share of blends among some labels."""
    return decode_expected_score(mixture(weights, prob), blend_share=float(np.mean(IS_BLEND[label])))
