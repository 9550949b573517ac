"""Whether models that predict the same clip pick the same encoders for it."""

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
        overlap: Share of the encoders that one keeps which the other keeps too, mean over pairs, clips and directions.
        chance: The same for picks without knowledge.
        spearman: Rank correlation of what the gates rank by; None where none exists.
    """

    n_pairs: int
    overlap: float
    chance: float
    spearman: float | None


def stability(kept: Bools, ranking: Floats, available: Bools) -> Stability | None:
    """Compares every pair of models.

    Args:
        kept: (M, N, E) what each of M models keeps, at least one encoder a clip.
        ranking: (M, N, E) what it ranks by.
        available: (N, E).

    Returns:
        Nothing with fewer than two models or no clip.

    Examples:
        >>> kept = np.array([[[True, False]], [[True, False]]])
        >>> found = stability(kept, np.array([[[2.0, 1.0]], [[3.0, 1.0]]]), np.array([[True, True]]))
        >>> found.overlap, found.chance, found.spearman
        (1.0, 0.5, 1.0)
    """
    pairs = list(combinations(range(len(kept)), 2))
    if not pairs or not kept.shape[1]:
        return None
    shared = [selection_overlap(kept[x], kept[y]).mean() for a, b in pairs for x, y in ((a, b), (b, a))]
    chance = [(kept[a].sum(-1) / available.sum(-1)).mean() for pair in pairs for a in pair]
    correlations = np.concatenate([rank_correlations(ranking[a], ranking[b], available) for a, b in pairs])
    exists = ~np.isnan(correlations)
    spearman = float(correlations[exists].mean()) if exists.any() else None
    return Stability(len(pairs), float(np.mean(shared)), float(np.mean(chance)), spearman)


def pooled(parts: Sequence[Stability]) -> Stability | None:
    """Several comparisons as one, each pair counting alike; nothing where there is none."""
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
