"""Prior matching: predictions of a group of clips are reweighted so that their label shares are those of the design.

It is transductive, as a clip's distribution depends on the other clips of its group, and reads no label of theirs.
"""

from typing import Final

import numpy as np

from blemore_cli.core.types import Floats, Ints, Strings

TOLERANCE: Final = 1e-9
"""Largest difference between the share of a label and its target."""
MOST_ITERATIONS: Final = 1000
SMALLEST_PROB: Final = 1e-12
"""Probability below which a label counts as impossible for a clip."""


def match_prior(prob: Floats, share: Floats) -> Floats:
    """Weighs the labels so that their mean probabilities over the clips are given shares.

    The weights w are such that, with p_iy the probability of label y for clip i of N and pi_y its share,

        mean over i of p_iy w_y / (sum over z of p_iz w_z) = pi_y   for every label y.

    The shares of the weighted rows and the rows' sums are set right in turn until both are. Odds between clips stay:
    of two clips, the one that was more inclined to y than to z remains so, by the same factor.

    Labels without a share get no probability, except in a clip that has no other label: that clip stays unchanged and
    is not counted. The share of a label that is impossible for every clip is divided among the remaining labels in
    proportion. Where zeros make the shares impossible the rows are still distributions, after at most `MOST_ITERATIONS`
    rounds.

    Args:
        prob: (N, K) distributions.
        share: (K,) shares, not negative, of sum 1.

    Returns:
        (N, K) distributions.

    Source:
        Iterative proportional fitting, Deming and Stephan (1940), Annals of Mathematical Statistics 11. Known label
        shares instead of those estimated by EM in Saerens, Latinne and Decaestecker (2002), Neural Computation 14.

    Examples:
        >>> prob = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.7, 0.3]])
        >>> matched = match_prior(prob, np.array([0.5, 0.5]))
        >>> matched.mean(axis=0).round(4).tolist(), matched[:, 1].round(2).tolist()
        ([0.5, 0.5], [0.27, 0.45, 0.69, 0.59])
    """
    given = np.array(prob, dtype=np.float64)
    possible = np.where((given >= SMALLEST_PROB) & (share > 0), given, 0)
    is_free = possible.any(axis=1)
    target = np.where(possible.any(axis=0), share, 0)
    given[is_free] = _fitted(possible[is_free], target)
    return given


def _fitted(rows: Floats, target: Floats) -> Floats:
    """Sets the means of the columns and the sums of the rows right in turn, which multiplies columns by weights.

    Every row has a positive entry, and every column with a positive target.
    """
    target = target / max(target.sum(), SMALLEST_PROB)
    rows = rows / rows.sum(axis=1, keepdims=True)
    for _ in range(MOST_ITERATIONS if len(rows) else 0):
        mean = rows.mean(axis=0)
        if np.abs(mean - target).max() <= TOLERANCE:
            break
        rows *= np.divide(target, mean, out=np.zeros_like(mean), where=mean > 0)
        rows /= rows.sum(axis=1, keepdims=True)
    return rows


def match_prior_within(prob: Floats, group: Strings | Ints, share: Floats) -> Floats:
    """Matches every group of clips, by the (N,) group of each, separately: (N, K) distributions.

    A group with fewer clips than there are labels with a share cannot hold every such label once, so it is left
    unchanged.
    """
    matched = np.array(prob, dtype=np.float64)
    for name in np.unique(group):
        rows = group == name
        if np.count_nonzero(rows) >= np.count_nonzero(share):
            matched[rows] = match_prior(matched[rows], share)
    return matched
