"""Paired sign-flip permutation test over actors.

If two arms are exchangeable, swapping their predictions on all clips of an actor changes nothing but the sign of that
actor's share of the difference. The observed difference is compared with those after random swaps.
"""

from typing import Final

import numpy as np

from blemore_cli.core.types import Floats

N_FLIPS: Final = 10_000
MAX_SIGNS: Final = 2**23
"""Signs held at once, also where every clip is its own actor."""


def sign_flip_p_values(shares: Floats, *, generator: np.random.Generator, n_flips: int = N_FLIPS) -> Floats:
    """Two-sided p-values of differences that are sums over actors.

        p = (1 + #{flips: |sum_i s_i D_i| >= |sum_i D_i|}) / (1 + n_flips),        s_i = -1 or 1 at random,

    where the observed difference counts as one of the flips, so that p is never 0 and the test never anti-conservative.

    Args:
        shares: (A, ...) share of each actor in one or more differences, from `paired_differences.actor_shares`.
        generator: Draws the signs, which depend on the number of actors alone.
        n_flips: Number of random flips.

    Returns:
        (...) p-values in [1 / (1 + n_flips), 1].

    Source:
        Phipson and Smyth 2010, Permutation p-values should never be zero, Stat. Appl. Genet. Mol. Biol. 9(1).
    """
    n_actors = len(shares)
    columns = shares.reshape(n_actors, -1)
    observed = np.abs(columns.sum(axis=0)) - 1e-12  # a flip that only reorders a sum is a tie, not a miss
    step = max(1, MAX_SIGNS // n_actors)
    n_extreme = np.zeros(columns.shape[1])
    for start in range(0, n_flips, step):
        signs = generator.integers(0, 2, (min(step, n_flips - start), n_actors)) * 2.0 - 1
        n_extreme += (np.abs(signs @ columns) >= observed).sum(axis=0)
    p_values: Floats = ((1 + n_extreme) / (1 + n_flips)).reshape(shares.shape[1:])
    return p_values
