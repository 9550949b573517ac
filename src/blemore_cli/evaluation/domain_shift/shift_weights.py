"""Shift weights of encoders: 1 unchanged, 0 as if the encoder were absent; no label is read."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from blemore_cli.core.choices import ShiftRule
from blemore_cli.core.types import Bools
from blemore_cli.evaluation.domain_shift.shift import Shift, is_clearly_shifted

ShiftWeights = tuple[float, ...]
"""Shift weight of each of E encoders, in [0, 1]; empty where all are 1."""

FULL: Final = 1.0


def shift_weights(
    shifts: Sequence[Shift], present: Bools, rule: ShiftRule, *, is_usable: Bools | None = None
) -> ShiftWeights:
    """Shift weights that leave every clip at least one encoder.

    Where all encoders of a clip would be left out, the least shifted one of those that such clips have gets weight 1;
    of equally shifted ones the first; then the next, until every clip has one.

    Args:
        shifts: The E encoders' shifts.
        present: (N, E) whether a clip has features of an encoder.
        rule: `drop` gives 0 to clearly shifted encoders, `downweight` less than 1 to those above the null range,
            `none` gives 1 to all.
        is_usable: (E,) whether an encoder can be used at all, else it gets 0; all can where None.

    Returns:
        E weights; empty where all are 1.

    Examples:
        >>> near, far, further = Shift(0.6, 0.5, 0.7), Shift(0.9, 0.5, 0.7), Shift(1.0, 0.5, 0.7)
        >>> shift_weights([near, further], np.array([[True, True]]), "drop")
        (1.0, 0.0)
        >>> shift_weights([further, far], np.array([[True, True]]), "drop")
        (0.0, 1.0)
        >>> shift_weights([near, near], np.array([[True, True]]), "drop")
        ()
    """
    usable = np.full(len(shifts), True) if is_usable is None else is_usable
    weights = np.where(usable, [shift_weight(shift, rule) for shift in shifts], 0.0)
    auc = np.array([1.0 if shift.auc is None else shift.auc for shift in shifts]) + ~usable  # these come last
    while (orphans := present[present.any(axis=1) & ~present[:, weights > 0].any(axis=1)]).size:
        weights[np.where(orphans.any(axis=0), auc, np.inf).argmin()] = FULL
    return () if (weights == FULL).all() else tuple(weights.tolist())


def shift_weight(shift: Shift, rule: ShiftRule) -> float:
    """Shift weight of one encoder.

    With a the AUC and h the upper end of its null range, `downweight` gives 1 for a <= h, else (1 - a) / (1 - h). With
    too few clips for either figure, the weight is 1.
    """
    if rule == "none" or shift.auc is None or shift.null_high is None:
        return FULL
    if rule == "drop":
        return 0.0 if is_clearly_shifted(shift) else FULL
    if shift.auc <= shift.null_high:
        return FULL
    return float(np.clip((1 - shift.auc) / (1 - shift.null_high), 0, 1))
