"""Whether picks agree with usefulness beyond chance: a permutation test that deals each clip's picks anew."""

import numpy as np

from blemore_cli.core.types import Bools, Floats

N_PERMUTATIONS = 999


def permutation_p_value(
    picks: Bools,
    useful: Bools,
    available: Bools,
    *,
    generator: np.random.Generator,
    n_permutations: int = N_PERMUTATIONS,
) -> float:
    """One-sided p-value of the mean precision against a gate whose scores are dealt anew to the encoders of a clip.

    Scores move between the available encoders of a clip, in the same way for all seeds: models of several seeds are
    no independent witnesses. With (1 + number of permutations as good) / (1 + number of permutations) the test is
    valid; Phipson and Smyth 2010, Statistical Applications in Genetics and Molecular Biology 9(1), article 39.

    Args:
        picks: (S, N, E) what each seed's gate keeps, at least one for each clip.
        useful: (S, N, E) the equally many most useful encoders.
        available: (N, E).
        generator: Draws the permutations.
        n_permutations: Number of permutations.

    Returns:
        The p-value, in (0, 1].
    """
    agreement = _agreement(picks, useful)  # (N, E, E)
    ordered = np.argsort(~available, axis=-1, kind="stable")  # the available encoders first
    clip = np.arange(len(available))[:, None]
    dealt_from = agreement[clip, ordered]  # (N, E, E), rows in that order
    place = np.arange(available.shape[1])[None]
    observed, n_as_good = agreement[clip, place, place].sum(), 0
    for _ in range(n_permutations):
        keys = np.where(available, generator.random(available.shape), 2.0)
        dealt_to = np.argsort(keys, axis=-1)  # the available encoders first, in random order
        n_as_good += dealt_from[clip, place, dealt_to].sum() >= observed - 1e-9
    return float((1 + n_as_good) / (1 + n_permutations))


def _agreement(picks: Bools, useful: Bools) -> Floats:
    """(N, E, E) what a clip adds to the precision if the pick of the row is dealt to the encoder of the column."""
    share = picks / picks.sum(-1, keepdims=True)
    return np.asarray(np.einsum("sne,snf->nef", share, useful.astype(np.float64)))
