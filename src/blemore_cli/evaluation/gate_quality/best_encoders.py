"""The n best encoders of each clip by any figure, and how much two choices have in common."""

import numpy as np

from blemore_cli.core.types import Bools, Floats, Ints


def best_encoders(values: Floats, available: Bools, n: Ints | int) -> Bools:
    """The n available encoders with the largest values; ties go to the earlier encoder.

    Args:
        values: (..., E).
        available: (..., E).
        n: Number, or (...) of them; where fewer are available, all.

    Returns:
        (..., E).

    Examples:
        >>> best_encoders(np.array([[3.0, 9.0, 5.0]]), np.array([[True, False, True]]), 1).tolist()
        [[False, False, True]]
        >>> best_encoders(np.array([[3.0, 9.0, 5.0]]), np.array([[True, False, True]]), 3).tolist()
        [[True, False, True]]
    """
    values, available = np.broadcast_arrays(values, available)
    order = np.argsort(np.where(available, -values, np.inf), axis=-1, kind="stable")
    best = np.broadcast_to(np.arange(order.shape[-1]) < np.asarray(n)[..., None], order.shape)
    chosen = np.zeros(order.shape, dtype=bool)
    np.put_along_axis(chosen, order, best, axis=-1)
    return chosen & available


def selection_overlap(picks: Bools, others: Bools) -> Floats:
    """Share of the picks of each clip that are among the others: precision where the others are the right ones.

    Args:
        picks: (..., E), at least one for each clip.
        others: (..., E).

    Returns:
        (...) in [0, 1].

    Examples:
        >>> selection_overlap(np.array([[True, True, False]]), np.array([[True, False, True]])).tolist()
        [0.5]
    """
    return np.asarray((picks & others).sum(-1) / picks.sum(-1))
