"""Permutation test of gate precision against gate scores that carry no information about the clip."""

from typing import Final

import numpy as np

from blemore_cli.core.types import Bools, Floats

N_PERMUTATIONS: Final = 999
ROUNDING: Final = 1e-9
"""A permutation whose sum is smaller by no more than this is a tie, not a miss."""


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

    Returns:
        The p-value, in (0, 1].

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
