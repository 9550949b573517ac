"""From the shift of an encoder to how far it is trusted: 1 as ever, 0 as if it were absent; no label is read."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from blemore_cli.core.choices import ShiftRule
from blemore_cli.core.types import Bools
from blemore_cli.evaluation.domain_shift.shift import Shift, is_clearly_shifted

ShiftWeights = tuple[float, ...]
"""How far each of E encoders is trusted, in [0, 1]; empty where all of them are trusted as ever."""

FULL: Final = 1.0


def shift_weights(shifts: Sequence[Shift], present: Bools, rule: ShiftRule) -> ShiftWeights:
    """How far each encoder is trusted, such that every clip keeps one.

    Where all encoders of a clip would be left out, the least shifted one of those that such clips have is trusted as
    ever; of equally shifted ones the first; then the next, until every clip has one.

    Args:
        shifts: The E encoders' shifts.
        present: (N, E) whether a clip has features of an encoder.
        rule: `drop` leaves out what may collapse, `downweight` trusts less the further beyond the null range,
            `none` trusts all.

    Returns:
        E values, or nothing where all are 1.

    Examples:
        >>> near, far, further = Shift(0.6, 0.5, 0.7), Shift(0.9, 0.5, 0.7), Shift(1.0, 0.5, 0.7)
        >>> shift_weights([near, further], np.array([[True, True]]), "drop")
        (1.0, 0.0)
        >>> shift_weights([further, far], np.array([[True, True]]), "drop")
        (0.0, 1.0)
        >>> shift_weights([near, near], np.array([[True, True]]), "drop")
        ()
    """
    trust = np.array([shift_weight(shift, rule) for shift in shifts])
    shifted = np.array([FULL if shift.auc is None else shift.auc for shift in shifts])
    while (orphans := present[present.any(axis=1) & ~present[:, trust > 0].any(axis=1)]).size:
        trust[np.where(orphans.any(axis=0), shifted, np.inf).argmin()] = FULL
    return () if (trust == FULL).all() else tuple(trust.tolist())


def shift_weight(shift: Shift, rule: ShiftRule) -> float:
    """Trust in one encoder, whatever others there are.

    With a the AUC and h the upper end of its null range, `downweight` gives 1 for a <= h, else (1 - a) / (1 - h). Where
    there are too few clips for either figure, the encoder is trusted.

    Examples:
        >>> shift_weight(Shift(0.85, 0.5, 0.7), "downweight")
        0.5
        >>> shift_weight(Shift(0.84, 0.5, 0.7), "drop"), shift_weight(Shift(None, None, None), "drop")
        (1.0, 1.0)
    """
    if rule == "none" or shift.auc is None or shift.null_high is None:
        return FULL
    if rule == "drop":
        return 0.0 if is_clearly_shifted(shift) else FULL
    if shift.auc <= shift.null_high:
        return FULL
    return float(np.clip((1 - shift.auc) / (1 - shift.null_high), 0, 1))
