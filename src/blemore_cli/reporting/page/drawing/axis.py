"""Linear scale of an axis, and its round tick values."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A linear scale.

    Attributes:
        low: Value at `start`.
        high: Value at `end`, another one.
        start: Place of the lowest value.
        end: Place of the highest; less than `start` on an axis that points up.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value.

        Examples:
            >>> Scale(0, 2, 100, 0)(0.5)
            75.0
        """
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, n_most: int = 6) -> list[float]:
        """Round values within the scale, `n_most` or fewer.

        Examples:
            >>> Scale(0.18, 0.24, 0, 1).ticks(4)
            [0.18, 0.2, 0.22, 0.24]
        """
        step = round_step(self.high - self.low, n_most)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(i * step, 10) for i in range(first, last + 1)]


def round_step(span: float, n_most: int) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that divides a span into fewer than `n_most` steps.

    Examples:
        >>> round_step(0.06, 4), round_step(47, 6)
        (0.02, 10)
    """
    least = span / max(1, n_most - 1) * (1 - 1e-9)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= least)
    return int(step) if step >= 1 else round(step, 10)


def spanning(values: Iterable[float]) -> tuple[float, float]:
    """A range that holds all finite values with a margin of 6 %; not narrower than 0.02.

    Examples:
        >>> spanning([0.0, 1.0])
        (-0.06, 1.06)
    """
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    space = max((high - low) * 0.06, (0.02 - (high - low)) / 2)
    return low - space, high + space


def tick_text(value: float) -> str:
    r"""A round value as an axis names it.

    Examples:
        >>> tick_text(0.2), tick_text(10.0), tick_text(-0.05) == "\N{MINUS SIGN}0.05"
        ('0.2', '10', True)
    """
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")
