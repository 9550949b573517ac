"""The n best encoders of each clip, and the overlap of two selections."""

import numpy as np

from blemore_cli.core.types import Bools, Floats, Ints


def best_encoders(values: Floats, available: Bools, n: Ints | int) -> Bools:
    """The n available encoders with the largest values; ties go to the earlier encoder.

    Args:
        values: (..., E).
        available: (..., E).
        n: Number, or (...) of them; where fewer are available, all.

    Examples:
        >>> best_encoders(np.array([[3.0, 9.0, 5.0]]), np.array([[True, False, True]]), 1).tolist()
        [[False, False, True]]
    """
    values, available = np.broadcast_arrays(values, available)
    order = np.argsort(np.where(available, -values, np.inf), axis=-1, kind="stable")
    is_first = np.broadcast_to(np.arange(order.shape[-1]) < np.asarray(n)[..., None], order.shape)
    best = np.zeros(order.shape, dtype=bool)
    np.put_along_axis(best, order, is_first, axis=-1)
    return best & available


def selection_overlap(selected: Bools, reference: Bools) -> Floats:
    """Share of the selected encoders of each clip that are in the reference: precision where that is the truth.

    Selected are (..., E), at least one for each clip; the shares are (...) in [0, 1].
    """
    return np.asarray((selected & reference).sum(-1) / selected.sum(-1))
