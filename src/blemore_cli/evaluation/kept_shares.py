"""How often each encoder is kept, by group of clips."""

import numpy as np

from blemore_cli.core.types import Floats, Ints


def kept_shares(weights: Floats, group: Ints, n_groups: int) -> Floats:
    """Share of the clips of each group for which an encoder has weight, mean over seeds.

    Args:
        weights: (S, N, E) fusion weights, 0 where an encoder was not selected.
        group: (N,) group of each clip, from 0.
        n_groups: Number of groups G.

    Returns:
        (G, E) shares in [0, 1], NaN for a group without clips.

    Examples:
        >>> kept_shares(np.array([[[0.4, 0.6, 0.0], [0.0, 0.5, 0.5]]]), np.array([0, 0]), 1).tolist()
        [[0.5, 1.0, 0.5]]
    """
    return mean_by_group((weights > 0).mean(axis=0), group, n_groups)


def mean_by_group(values: Floats, group: Ints, n_groups: int) -> Floats:
    """Mean of each column by group.

    Args:
        values: (N, E) values.
        group: (N,) group of each row, from 0.
        n_groups: Number of groups G.

    Returns:
        (G, E) means, NaN for a group without rows.

    Examples:
        >>> mean_by_group(np.array([[1.0], [3.0]]), np.array([1, 1]), 2).tolist()
        [[nan], [2.0]]
    """
    sums = np.zeros((n_groups, values.shape[1]))
    np.add.at(sums, group, values)
    with np.errstate(invalid="ignore"):
        means: Floats = sums / np.bincount(group, minlength=n_groups)[:, None]
    return means
