"""Gate precision: the share of selected encoders that are the most useful ones, beside its baselines.

Precision above chance can come from encoders that are useful to every clip; above the popularity baseline it needs
information about the clip. An encoder can be useful to one model alone, whose heads have learned to rely on it;
cross-seed precision therefore takes usefulness from the models of the other seeds.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Clips, Floats
from blemore_cli.evaluation.gate_quality.best_encoders import best_encoders, selection_overlap
from blemore_cli.evaluation.gate_quality.rank_correlation import rank_correlations
from blemore_cli.evaluation.scoring.correct_counts import actor_index
from blemore_cli.evaluation.statistics.actor_bootstrap import ClusteredMean, clustered_mean

Interval = tuple[float, float] | None

N_PERMUTATIONS: Final = 999
ROUNDING: Final = 1e-9
"""A permutation whose sum is smaller by no more than this is a tie, not a miss."""


@dataclass(frozen=True)
class GatePrecision:
    """Gate precision with its baselines, means over clips and seeds, 95 % CIs over actors.

    Attributes:
        precision: Share of the n selected encoders that are among the n most useful.
        ci95: Interval of `precision`.
        chance: Precision of a random selection, the mean of n / available.
        p_value: Of the permutation test, one-sided.
        dealt: Popularity baseline of `precision`.
        gain: `precision` minus `dealt`.
        gain_ci95: Interval of `gain`.
        rank_correlation: Spearman's, of the gate's ranking with usefulness; None with one encoder.
        rank_correlation_ci95: Interval of `rank_correlation`.
        by_others: Cross-seed precision; None with one seed.
        by_others_ci95: Interval of `by_others`.
        by_others_dealt: Popularity baseline of `by_others`; None with one seed.
        by_others_gain_ci95: Interval of `by_others` minus `by_others_dealt`.
    """

    precision: float
    ci95: Interval
    chance: float
    p_value: float
    dealt: float
    gain: float
    gain_ci95: Interval
    rank_correlation: float | None
    rank_correlation_ci95: Interval
    by_others: float | None
    by_others_ci95: Interval
    by_others_dealt: float | None
    by_others_gain_ci95: Interval


def gate_precision(
    clips: Clips, selected: Bools, ranking: Floats, log_likelihood: Floats, available: Bools
) -> GatePrecision:
    """Measures a gate on clips that its model did not train on.

    Args:
        clips: N clips.
        selected: (S, N, E) encoders that the gate of each seed selects, at least one for each clip.
        ranking: (S, N, E) what the gate ranks by, larger is better.
        log_likelihood: (S, N, E) encoder log-likelihood, the usefulness of an encoder for the clip.
        available: (N, E) encoders that a clip has.
    """
    best = best_encoders(log_likelihood, available, selected.sum(-1))
    precision, popularity = selection_overlap(selected, best), popularity_precision(selected, best, available, clips)
    cross_seed, cross_popularity = cross_seed_precision(selected, log_likelihood, available, clips)
    actor = actor_index(clips)

    def mean_of(values: Floats, purpose: str) -> ClusteredMean:
        return clustered_mean(values, actor, generator=numpy_generator(0, "agreement", purpose))

    correlation = mean_of(rank_correlations(ranking, log_likelihood, available), "correlation")
    cross = mean_of(cross_seed, "others")
    return GatePrecision(
        precision=float(precision.mean()),
        ci95=mean_of(precision, "precision").ci95,
        chance=chance_precision(selected, available),
        p_value=permutation_p_value(selected, best, available, generator=numpy_generator(0, "agreement", "null")),
        dealt=float(popularity.mean()),
        gain=float((precision - popularity).mean()),
        gain_ci95=mean_of(precision - popularity, "gain").ci95,
        rank_correlation=correlation.mean,
        rank_correlation_ci95=correlation.ci95,
        by_others=cross.mean,
        by_others_ci95=cross.ci95,
        by_others_dealt=mean_of(cross_popularity, "others dealt").mean,
        by_others_gain_ci95=mean_of(cross_seed - cross_popularity, "others gain").ci95,
    )


def chance_precision(selected: Bools, available: Bools) -> float:
    """Expected precision of n encoders drawn at random: the mean of n / available."""
    return float(np.mean(selected.sum(-1) / available.sum(-1)))


def popularity_precision(selected: Bools, best: Bools, available: Bools, clips: Clips) -> Floats:
    """Popularity baseline: expected precision where a clip's encoders are drawn by how often the model selects them.

    For a clip whose n most useful encoders are U among the available A: sum over U of s / sum over A of s, with s_e the
    share of the clips of the same fold and seed, among those that have encoder e, for which it is selected. With equal
    shares it is the chance n / available, as U has n encoders.

    Args:
        selected: (S, N, E).
        best: (S, N, E), as many as selected.
        available: (N, E).
        clips: The N clips; clips of one fold and seed have the same model.

    Returns:
        (S, N) in [0, 1].

    Source:
        Cremonesi, Koren and Turrin 2010, Performance of recommender algorithms on top-n recommendation tasks, RecSys.
    """
    precision = np.empty(selected.shape[:2])
    for fold in np.unique(clips.fold):
        rows = clips.fold == fold
        share = selected[:, rows].sum(1) / np.maximum(available[rows].sum(0), 1)  # (S, E)
        weight = share[:, None] * available[rows]
        precision[:, rows] = (weight * best[:, rows]).sum(-1) / weight.sum(-1)
    return precision


def cross_seed_precision(
    selected: Bools, log_likelihood: Floats, available: Bools, clips: Clips
) -> tuple[Floats, Floats]:
    """Precision of each seed's selection where usefulness is that of the other seeds' models, mean over these.

    Returns:
        (S, N) in [0, 1], and (S, N) its popularity baseline; NaN with one seed.
    """
    precision, popularity = np.full((2, *selected.shape[:2]), np.nan)
    for seed in range(len(selected) if len(selected) > 1 else 0):
        best = best_encoders(np.delete(log_likelihood, seed, axis=0), available, selected[seed].sum(-1)[None])
        repeated = np.broadcast_to(selected[seed], best.shape)
        precision[seed] = selection_overlap(repeated, best).mean(axis=0)
        popularity[seed] = popularity_precision(repeated, best, available, clips).mean(axis=0)
    return precision, popularity


def permutation_p_value(
    selected: Bools,
    best: Bools,
    available: Bools,
    *,
    generator: np.random.Generator,
    n_permutations: int = N_PERMUTATIONS,
) -> float:
    """One-sided p-value of the mean precision under random permutations of each clip's gate scores.

        p = (1 + #{permutations: precision >= observed}) / (1 + n_permutations)

    Scores move between the available encoders of a clip, in the same way for all seeds, because the models of several
    seeds are not independent.

    Args:
        selected: (S, N, E) encoders that the gate of each seed selects, at least one for each clip.
        best: (S, N, E) the equally many most useful encoders.
        available: (N, E) encoders that a clip has.
        generator: Draws the permutations.
        n_permutations: Number of permutations.

    Source:
        Phipson and Smyth 2010, Permutation p-values should never be zero, Stat. Appl. Genet. Mol. Biol. 9(1).
    """
    hits = _hits(selected, best)  # (N, E, E)
    observed = np.diagonal(hits, axis1=1, axis2=2).sum()
    available_first = np.argsort(~available, axis=-1, kind="stable")
    hits = np.take_along_axis(hits, available_first[..., None], axis=1)
    n_as_good = 0
    for _ in range(n_permutations):
        keys = np.where(available, generator.random(available.shape), 2.0)
        moved_to = np.argsort(keys, axis=-1)  # (N, E): the available encoders first, in random order
        n_as_good += np.take_along_axis(hits, moved_to[..., None], axis=-1).sum() >= observed - ROUNDING
    return float((1 + n_as_good) / (1 + n_permutations))


def _hits(selected: Bools, best: Bools) -> Floats:
    """(N, E, E) precision, summed over seeds, that a clip gains if the row's score moves to the column's encoder."""
    share = selected / selected.sum(-1, keepdims=True)
    return np.asarray(np.einsum("sne,snf->nef", share, best.astype(np.float64)))
