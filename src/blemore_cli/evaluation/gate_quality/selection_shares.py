"""How often each encoder is kept, for all clips and for groups of them."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from blemore_cli.core.labels import IS_BLEND, SET_OF_LABEL, SETS
from blemore_cli.core.types import Bools, Clips, Floats

SET_NAMES: Final = tuple("+".join(emotions) for emotions in SETS)


def selection_shares(kept: Bools, available: Bools) -> Floats:
    """Share of the clips that have an encoder for which it is kept, mean over seeds.

    Args:
        kept: (S, N, E).
        available: (N, E).

    Returns:
        (E,) in [0, 1]; NaN for an encoder that no clip has.

    Examples:
        >>> kept = np.array([[[True, False], [False, False]]])
        >>> selection_shares(kept, np.array([[True, True], [True, False]])).tolist()
        [0.5, 0.0]
    """
    n_available = len(kept) * available.sum(axis=0)
    n_kept = kept.sum(axis=(0, 1))
    shares = np.divide(n_kept, n_available, out=np.full(len(n_available), np.nan), where=n_available > 0)
    return np.asarray(shares)


def by_set(clips: Clips) -> dict[str, Bools]:
    """Which clips show each emotion set that occurs, in the order of `labels.SETS`."""
    own = SET_OF_LABEL[clips.label]
    return {SET_NAMES[i]: own == i for i in np.unique(own)}


def by_kind(clips: Clips) -> dict[str, Bools]:
    """Which clips are singles and which are blends, where there are any."""
    kinds = {"single": ~IS_BLEND[clips.label], "blend": IS_BLEND[clips.label]}
    return {kind: own for kind, own in kinds.items() if own.any()}


def by_actor(clips: Clips) -> dict[str, Bools]:
    """Which clips are of each known actor, by name."""
    return {str(actor): clips.actor == actor for actor in np.unique(clips.actor) if actor}


def shares_of_groups(kept: Bools, available: Bools, groups: Mapping[str, Bools]) -> dict[str, Floats]:
    """`selection_shares` of each group of clips.

    Args:
        kept: (S, N, E).
        available: (N, E).
        groups: (N,) which clips are in each group.
    """
    return {name: selection_shares(kept[:, own], available[own]) for name, own in groups.items()}
