"""Whether a gate picks the encoders that are useful for the clip: the premise of selecting at all."""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Clips, Floats
from blemore_cli.evaluation.gate_quality.best_encoders import best_encoders, selection_overlap
from blemore_cli.evaluation.gate_quality.permutation_test import permutation_p_value
from blemore_cli.evaluation.gate_quality.rank_correlation import rank_correlations
from blemore_cli.evaluation.scoring.correct_counts import actor_index
from blemore_cli.evaluation.statistics.clustered_mean import ClusteredMean, clustered_mean

Interval = tuple[float, float] | None


@dataclass(frozen=True)
class GatePrecision:
    """How a gate's picks agree with what is useful for each clip.

    Attributes:
        precision: Share of the n picks that are among the n most useful encoders, mean over clips and seeds.
        ci95: Its interval over actors.
        chance: What picks without knowledge reach, the mean of n / available.
        p_value: Of the permutation null, one-sided.
        dealt: Precision of the same picks dealt to other clips: what preferring some encoders everywhere reaches.
        gain: Precision minus `dealt`, what the gate knows of the clip itself.
        gain_ci95: Its interval over actors.
        rank_correlation: Spearman's, of the gate's ranking with usefulness, mean over clips; None with one encoder.
        rank_correlation_ci95: Its interval over actors.
        by_others: Precision where the models of the other seeds say what is useful; None with one seed. An encoder
            may be useful to the model that reads it only; if it is so as such, other models find it, too.
        by_others_ci95: Its interval over actors.
        by_others_dealt: Precision of the same picks dealt to other clips, judged alike; None with one seed.
        by_others_gain_ci95: Interval over actors of `by_others` minus `by_others_dealt`.
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


def gate_precision(clips: Clips, picks: Bools, ranking: Floats, usefulness: Floats, available: Bools) -> GatePrecision:
    """Judges a gate's picks on clips that its model did not learn from.

    Args:
        clips: N clips.
        picks: (S, N, E) what the gate of each seed picks, at least one encoder a clip.
        ranking: (S, N, E) what it ranks by, larger is better.
        usefulness: (S, N, E) how useful each encoder is for the clip, larger is better.
        available: (N, E) which encoders a clip has.
    """
    useful = best_encoders(usefulness, available, picks.sum(-1))
    dealt = popularity_precision(picks, useful, available, clips)
    actor = actor_index(clips)

    def mean_of(values: Floats, purpose: str) -> ClusteredMean:
        return clustered_mean(values, actor, generator=numpy_generator(0, "agreement", purpose))

    own = selection_overlap(picks, useful)
    precision, gain = mean_of(own, "precision"), mean_of(own - dealt, "gain")
    correlation = mean_of(rank_correlations(ranking, usefulness, available), "correlation")
    judged, judged_dealt = cross_seed_precision(picks, usefulness, available, clips)
    others = mean_of(judged, "others")
    return GatePrecision(
        precision=float(own.mean()),
        ci95=precision.ci95,
        chance=chance_precision(picks, available),
        p_value=permutation_p_value(picks, useful, available, generator=numpy_generator(0, "agreement", "null")),
        dealt=float(dealt.mean()),
        gain=float((own - dealt).mean()),
        gain_ci95=gain.ci95,
        rank_correlation=correlation.mean,
        rank_correlation_ci95=correlation.ci95,
        by_others=others.mean,
        by_others_ci95=others.ci95,
        by_others_dealt=mean_of(judged_dealt, "others dealt").mean,
        by_others_gain_ci95=mean_of(judged - judged_dealt, "others gain").ci95,
    )


def chance_precision(picks: Bools, available: Bools) -> float:
    """Precision that n picks at random are expected to have: the mean of n / available.

    Examples:
        >>> chance_precision(np.array([[[True, False, False]]]), np.array([[True, True, False]]))
        0.5
    """
    return float(np.mean(picks.sum(-1) / available.sum(-1)))


def popularity_precision(picks: Bools, useful: Bools, available: Bools, clips: Clips) -> Floats:
    """Precision expected of picks that a model deals to its clips without looking at them, by the same shares.

    For a clip with n picks and useful set U among the available A: sum over U of s / sum over A of s, with s_e the
    share of the clips of the same fold and seed, among those that have encoder e, that pick it. With equal shares it
    is the chance n / available, as U has n encoders.

    Args:
        picks: (S, N, E).
        useful: (S, N, E), as many as picks.
        available: (N, E).
        clips: The N clips, whose folds tell the models apart.

    Returns:
        (S, N) in [0, 1].
    """
    dealt = np.empty(picks.shape[:2])
    for fold in np.unique(clips.fold):
        own = clips.fold == fold
        share = picks[:, own].sum(1) / np.maximum(available[own].sum(0), 1)  # (S, E)
        weight = share[:, None] * available[own]
        dealt[:, own] = (weight * useful[:, own]).sum(-1) / weight.sum(-1)
    return dealt


def cross_seed_precision(picks: Bools, usefulness: Floats, available: Bools, clips: Clips) -> tuple[Floats, Floats]:
    """Precision of the picks of each seed where the other seeds' models say what is useful, mean over these.

    Args:
        picks: (S, N, E).
        usefulness: (S, N, E).
        available: (N, E).
        clips: The N clips, whose folds tell the models apart.

    Returns:
        (S, N) in [0, 1], and (S, N) `popularity_precision` of the same picks, judged alike; NaN with one seed.
    """
    judged, dealt = np.full((2, *picks.shape[:2]), np.nan)
    for seed, own in enumerate(picks):
        others = np.delete(usefulness, seed, axis=0)
        if len(others):
            useful = best_encoders(others, available, own.sum(-1)[None])
            same = np.broadcast_to(own, useful.shape)
            judged[seed] = selection_overlap(same, useful).mean(axis=0)
            dealt[seed] = popularity_precision(same, useful, available, clips).mean(axis=0)
    return judged, dealt
