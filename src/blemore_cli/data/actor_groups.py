"""Groups of clips with disjoint actors and nearly equal sizes, for data without official folds."""

import numpy as np

from blemore_cli.core.types import Ints, Strings


def balanced_groups(actor: Strings, n_groups: int) -> Ints:
    """Assigns whole actors to groups of nearly equal numbers of clips, independently of the order of the rows.

    Actors are taken by falling number of clips (ties by name), each into the group that is smallest so far (ties to
    the first). With at least as many actors as groups, no group is empty.

    Args:
        actor: (N,) the actor of each clip.
        n_groups: Number of groups, at least 1.

    Returns:
        (N,) group of each clip, from 0.

    Source:
        Longest-processing-time-first scheduling: Graham (1969), SIAM J. Appl. Math. 17(2).

    Examples:
        >>> balanced_groups(np.array(["a", "a", "b", "c"]), 2).tolist()
        [0, 0, 1, 1]
    """
    actors, row_actor, n_clips = np.unique(actor, return_inverse=True, return_counts=True)
    group_of_actor = np.zeros(len(actors), dtype=np.int64)
    size = np.zeros(n_groups, dtype=np.int64)
    for position in np.argsort(-n_clips, kind="stable"):
        group_of_actor[position] = np.argmin(size)
        size[group_of_actor[position]] += n_clips[position]
    return group_of_actor[row_actor]
