"""Stability of the selection: overlap and rank correlation between models that predict the same clips."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from blemore_cli.core.types import Bools, Floats
from blemore_cli.evaluation.gate_quality.best_encoders import selection_overlap
from blemore_cli.evaluation.gate_quality.rank_correlation import rank_correlations


@dataclass(frozen=True)
class Stability:
    """Agreement between pairs of models on the same clips.

    Attributes:
        n_pairs: Pairs of models.
        overlap: Share of one model's selected encoders that the other selects too, mean over pairs, clips, directions.
        chance: Expected overlap of random selections of the same size.
        spearman: Rank correlation of what the gates rank by; None where none exists.
    """

    n_pairs: int
    overlap: float
    chance: float
    spearman: float | None


def stability(selected: Bools, ranking: Floats, available: Bools) -> Stability | None:
    """Compares every pair of models.

    Args:
        selected: (M, N, E) encoders that each of M models selects, at least one for each clip.
        ranking: (M, N, E) what each model ranks by.
        available: (N, E).

    Returns:
        The means over pairs; None with fewer than two models or no clip.

    Examples:
        >>> selected = np.array([[[True, False]], [[True, False]]])
        >>> stability(selected, np.array([[[2.0, 1.0]], [[3.0, 1.0]]]), np.array([[True, True]]))
        Stability(n_pairs=1, overlap=1.0, chance=0.5, spearman=1.0)
    """
    pairs = list(combinations(range(len(selected)), 2))
    if not pairs or not selected.shape[1]:
        return None
    overlap = [selection_overlap(selected[x], selected[y]).mean() for a, b in pairs for x, y in ((a, b), (b, a))]
    chance = [(selected[a].sum(-1) / available.sum(-1)).mean() for pair in pairs for a in pair]
    correlations = np.concatenate([rank_correlations(ranking[a], ranking[b], available) for a, b in pairs])
    exists = ~np.isnan(correlations)
    spearman = float(correlations[exists].mean()) if exists.any() else None
    return Stability(len(pairs), float(np.mean(overlap)), float(np.mean(chance)), spearman)


def pooled_stability(parts: Sequence[Stability]) -> Stability | None:
    """Mean of several comparisons, weighted by their pairs; None where there is no comparison."""
    if not parts:
        return None
    ranked = [part for part in parts if part.spearman is not None]
    return Stability(
        sum(part.n_pairs for part in parts),
        _mean([part.overlap for part in parts], parts),
        _mean([part.chance for part in parts], parts),
        _mean([part.spearman or 0.0 for part in ranked], ranked) if ranked else None,
    )


def _mean(values: Sequence[float], parts: Sequence[Stability]) -> float:
    return float(np.average(values, weights=[part.n_pairs for part in parts]))
