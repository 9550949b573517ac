"""Selection share of each encoder, over all clips and over groups of clips."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from blemore_cli.core.labels import IS_BLEND, SET_OF_LABEL, SETS
from blemore_cli.core.types import Bools, Clips, Floats

SET_NAMES: Final = tuple("+".join(emotions) for emotions in SETS)


def selection_shares(selected: Bools, available: Bools) -> Floats:
    """Share of the clips that have an encoder for which it is selected, mean over seeds.

    Args:
        selected: (S, N, E).
        available: (N, E).

    Returns:
        (E,) in [0, 1]; NaN for an encoder that no clip has.
    """
    n_available = len(selected) * available.sum(axis=0)
    n_selected = selected.sum(axis=(0, 1))
    shares = np.divide(n_selected, n_available, out=np.full(len(n_available), np.nan), where=n_available > 0)
    return np.asarray(shares)


def by_set(clips: Clips) -> dict[str, Bools]:
    """(N,) membership of the clips in each emotion set that occurs, in the order of `labels.SETS`."""
    emotion_set = SET_OF_LABEL[clips.label]
    return {SET_NAMES[i]: emotion_set == i for i in np.unique(emotion_set)}


def by_kind(clips: Clips) -> dict[str, Bools]:
    """(N,) membership of the clips in the singles and in the blends, where there are any."""
    kinds = {"single": ~IS_BLEND[clips.label], "blend": IS_BLEND[clips.label]}
    return {kind: members for kind, members in kinds.items() if members.any()}


def by_actor(clips: Clips) -> dict[str, Bools]:
    """(N,) membership of the clips in each known actor, by name."""
    return {str(actor): clips.actor == actor for actor in np.unique(clips.actor) if actor}


def shares_of_groups(selected: Bools, available: Bools, groups: Mapping[str, Bools]) -> dict[str, Floats]:
    """`selection_shares` of each group of clips, whose (N,) membership is given by name."""
    return {name: selection_shares(selected[:, rows], available[rows]) for name, rows in groups.items()}
