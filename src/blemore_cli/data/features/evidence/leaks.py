"""Columns that are no evidence by their values: codes of the label, or of the actor, over all training clips."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.types import UNLABELLED, Bools, Clips, Floats, Ints

CHANCE: Final = 1e-4
"""A column counts as a code where chance would make one of the encoder's columns such with less probability."""

_SAMPLE: Final = 256


def coded_columns(features: Floats, clips: Clips, present: Bools) -> dict[str, Bools]:
    """The columns that are a function of the label or of the actor, or that these are a function of.

    A column is one where it has one value in all training clips of a label (of an actor), or where all training clips
    with one of its values are of one label (one actor), at least half of the clips sharing their value with another.
    Both must be hard to get by chance, with the column's values dealt to the clips at random: a constant column never
    is, nor is one whose values are all different, as those of features are.

    Args:
        features: (N, D), finite where present.
        clips: The N clips.
        present: (N,) whether there are features of a clip.

    Returns:
        Where a column is a code (D,), by the name of what it is a code of.
    """
    codes: dict[str, Ints] = {"the label": clips.label, "the actor": np.unique(clips.actor, return_inverse=True)[1]}
    is_known = {"the label": clips.label != UNLABELLED, "the actor": clips.actor != ""}
    result = {}
    for name, code in codes.items():
        rows = np.flatnonzero(present & ~clips.is_test & is_known[name])
        result[name] = _coded(features[rows], code[rows])
    return result


def _coded(features: Floats, code: Ints) -> Bools:
    result = np.zeros(features.shape[1], dtype=np.bool_)
    if len(code) and code.min() < code.max():
        groups = np.unique(code, return_inverse=True)[1]
        for column in _with_repeated_values(features):
            values = np.unique(features[:, column], return_inverse=True)[1]
            result[column] = _is_code(values, groups, CHANCE / features.shape[1])
    return result


def _with_repeated_values(features: Floats) -> NDArray[np.intp]:
    """Columns with two equal values in a sample of the rows, and two different ones."""
    ordered = np.sort(features[np.random.default_rng(0).permutation(len(features))[:_SAMPLE]], axis=0)
    is_equal = ordered[1:] == ordered[:-1]
    return np.flatnonzero(is_equal.any(axis=0) & (features != features[0]).any(axis=0))


def _is_code(values: Ints, groups: Ints, chance: float) -> bool:
    if values.max() == 0:
        return False
    if not _is_function(values, groups):
        values, groups = groups, values
        is_shared = np.bincount(groups)[groups] > 1
        if is_shared.mean() < 0.5 or not _is_function(values, groups):
            return False
    return _log_chance(values, groups) < math.log(chance)


def _is_function(values: Ints, groups: Ints) -> bool:
    """Whether all rows of a group have one value."""
    first = np.zeros(groups.max() + 1, dtype=values.dtype)
    first[groups] = values
    return bool((first[groups] == values).all())


def _log_chance(values: Ints, groups: Ints) -> float:
    """Logarithm of the probability that values drawn at their frequencies are the same within each group."""
    frequency = np.bincount(values) / len(values)
    sizes, n_groups = np.unique(np.bincount(groups), return_counts=True)
    same = (frequency[:, None] ** sizes).sum(axis=0)
    return float((n_groups * np.log(np.maximum(same, np.finfo(float).tiny))).sum())
