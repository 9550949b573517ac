"""Predictions of other models among the features: columns of probabilities."""

import re
from collections.abc import Iterable
from typing import Final

import numpy as np

from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.core.types import Floats

_MAX_COLUMNS: Final = 64
_TOLERANCE: Final = 0.01
_EMOTION: Final = re.compile(
    r"(?:.*[^a-z])?(?:ang|angry|anger|disg|disgust|disgusted|fea|fear|fearful|hap|happy|happiness|joy|sad|sadness|neu"
    r"|neutral)",
    re.IGNORECASE,
)


def are_probabilities(features: Floats) -> bool:
    """Whether rows (N, D) of few columns are all in [0, 1] and sum to one, as rounded as text has them.

    Examples:
        >>> are_probabilities(np.array([[0.25, 0.75], [1.0, 0.0]])), are_probabilities(np.array([[0.25, 0.7]]))
        (True, False)
    """
    if not 2 <= features.shape[1] <= _MAX_COLUMNS or not np.isfinite(features).all():
        return False
    in_range = ((features >= 0) & (features <= 1)).all()
    return bool(in_range and (np.abs(features.sum(axis=1) - 1) <= _TOLERANCE).all())


def are_label_names(columns: Iterable[str]) -> bool:
    """Whether columns are named after emotions or labels, with or without a prefix such as `p_`.

    Examples:
        >>> are_label_names(["p_ang", "p_ang_disg_70_30"]), are_label_names(["Anger", "prob happy"])
        (True, True)
    """
    names = list(columns)
    labels = {ending for code in LABEL_CODES for ending in (code, f"p_{code}")}
    return bool(names) and all(name.lower() in labels or _EMOTION.fullmatch(name) for name in names)


def prediction_note(features: Floats, columns: Iterable[str]) -> str | None:
    """A sentence for features that are predictions, for which no cross-fitting can be checked; none for others."""
    if not (are_label_names(columns) or are_probabilities(features)):
        return None
    return (
        f"its {features.shape[1]} columns are predictions; that the row of a clip is of models that have not seen the "
        "clip's actor is your word"
    )
