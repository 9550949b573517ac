"""Result of one statistical test of two arms."""

from dataclasses import dataclass
from typing import Final

import numpy as np

SMALLEST_P: Final = float(np.finfo(np.float64).tiny)
"""A p-value is never 0: what underflows is given as the smallest normal double."""


@dataclass(frozen=True)
class Significance:
    """Result of one test.

    Attributes:
        p_value: Two-sided p-value in (0, 1]; None where the test cannot be computed.
        ci95: 95 % confidence interval of the difference, where the test has one.
        note: Why there is no p-value, else empty.
    """

    p_value: float | None
    ci95: tuple[float, float] | None = None
    note: str = ""


def significance(p_value: float, ci95: tuple[float, float] | None = None) -> Significance:
    """The result of a test that could be computed, its p-value kept in (0, 1]."""
    return Significance(min(1.0, max(SMALLEST_P, float(p_value))), ci95)


def is_constant(values: np.ndarray) -> bool:
    """Whether values differ by no more than rounding.

    Examples:
        >>> is_constant(np.array([0.3, 0.1 + 0.2]))
        True
    """
    return bool(np.ptp(values) <= 1e-12)
