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
    is_training = present & ~clips.is_test
    columns = _with_repeated_values(features, np.flatnonzero(is_training))
    result = {}
    for name, code in codes.items():
        rows = np.flatnonzero(is_training & is_known[name])
        result[name] = np.zeros(features.shape[1], dtype=np.bool_)
        result[name][columns] = _coded(features[np.ix_(rows, columns)], code[rows], CHANCE / features.shape[1])
    return result


def _with_repeated_values(features: Floats, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Columns with two equal values in a sample of some rows."""
    sample = np.random.default_rng(0).permutation(rows)[:_SAMPLE]
    ordered = np.sort(features[sample].T.copy(order="C"), axis=1)
    return np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))


def _coded(features: Floats, code: Ints, chance: float) -> Bools:
    result = np.zeros(features.shape[1], dtype=np.bool_)
    if features.size and code.min() < code.max():
        groups = np.unique(code, return_inverse=True)[1]
        for column in _likely(features, groups):
            values = np.unique(features[:, column], return_inverse=True)[1]
            result[column] = _is_code(values, groups, chance)
    return result


def _likely(features: Floats, groups: Ints) -> NDArray[np.intp]:
    """Columns with one value in each group, or of whose values in a sample of the rows each is of one group."""
    first = np.zeros(groups.max() + 1, dtype=np.intp)
    first[groups] = np.arange(len(groups))
    has_one_value = (features == features[first[groups]]).all(axis=0)
    sample = np.random.default_rng(0).permutation(len(features))[:_SAMPLE]
    columns = features[sample].T.copy(order="C")
    order = np.argsort(columns, axis=1)
    ordered = np.take_along_axis(columns, order, axis=1)
    is_other_group = np.diff(groups[sample][order], axis=1) != 0
    is_determined = ~((ordered[:, 1:] == ordered[:, :-1]) & is_other_group).any(axis=1)
    return np.flatnonzero((is_determined | has_one_value) & (features != features[0]).any(axis=0))


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
