"""Trivial baselines: always the most frequent single, or always the most frequent blend."""

from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import IS_BLEND, N_LABELS
from blemore_cli.core.types import Floats, Ints

NEVER: Final = -30.0
"""Logit of a label that is never predicted, beside one at 0: a probability below 1e-13 with a finite logarithm."""


def frequent_bias(label: Ints, *, blend: bool) -> Floats:
    """The bias of a linear model with zero weights that always predicts the most frequent single, or blend.

    Args:
        label: (N,) labels of the training rows; the first of equally frequent ones in the order of `labels.LABELS`
            wins.
        blend: Whether to predict a blend.

    Returns:
        (36,) logits: 0 for that label, `NEVER` for all others.

    Raises:
        DataError: If no training row is of this kind.

    Examples:
        >>> frequent_bias(np.array([3, 3, 1, 8]), blend=True).argmax()
        np.int64(8)
    """
    count = np.bincount(label, minlength=N_LABELS) * (blend == IS_BLEND)
    if not count.any():
        kind = "blend" if blend else "single"
        raise DataError(
            f"the most frequent {kind} needs training clips with a {kind}, got none among {len(label)}",
            fix="Leave this baseline out.",
        )
    bias = np.full(N_LABELS, NEVER)
    bias[count.argmax()] = 0
    return bias
