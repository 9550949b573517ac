"""Size limit of a stack: small models spend their time between operations, wide ones inside them."""

from collections.abc import Sequence
from typing import Final

from blemore_cli.core.config.schema import Config
from blemore_cli.core.labels import N_LABELS
from blemore_cli.model.families import HIDDEN
from blemore_cli.training.reduction import max_components
from blemore_cli.training.stacking.flat_weights import MOST_WEIGHTS

MOST: Final = 32
"""Models in a stack: beyond it, hardly any time is saved."""


def stack_limit(config: Config, widths: Sequence[int]) -> int:
    """Most models of a configuration that are trained as one tensor program; 1 trains them one after the other.

    Examples:
        >>> stack_limit(Config(), [42] * 8), stack_limit(Config(), [7168] * 12)
        (32, 1)
    """
    n_columns = HIDDEN.get(config.model.family, config.model.d_latent + config.model.d_gate) or N_LABELS
    most = max_components(config.model.reduce) or max(widths)
    n_rows = sum(min(width, most) for width in widths)
    return max(1, min(MOST, MOST_WEIGHTS // (n_rows * n_columns)))
