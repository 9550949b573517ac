"""Choice of layers of a model, as `data.layers` gives it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from blemore_cli.core.errors import DataError

_MEAN: Final = "mean:"
_RANGE: Final = re.compile(r"(-?\d+)(?:-(-?\d+))?")


@dataclass(frozen=True)
class LayerChoice:
    """Layers by number, or all; a negative number counts from the last layer, which is -1.

    Attributes:
        ranges: First and last number of each part; none for all layers.
        is_mean: Whether their mean is one encoder; else each is one.
    """

    ranges: tuple[tuple[int, int], ...]
    is_mean: bool = False

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Reads the form of `data.layers`, which the configuration has checked.

        Examples:
            >>> LayerChoice.parsed("mean:6-8,-1")
            LayerChoice(ranges=((6, 8), (-1, -1)), is_mean=True)
        """
        numbers = text.removeprefix(_MEAN)
        parts = [] if numbers == "all" else [_RANGE.fullmatch(part) for part in numbers.split(",")]
        ranges = tuple((int(part[1]), int(part[2] or part[1])) for part in parts if part)
        return cls(ranges, text.startswith(_MEAN))

    def of(self, numbers: Sequence[int]) -> list[int]:
        """The chosen layers among those that a model has, in their order.

        Args:
            numbers: The layers that there are, in ascending order.

        Raises:
            DataError: If a chosen layer is not among them.

        Examples:
            >>> LayerChoice.parsed("1-2,-1").of(range(13))
            [1, 2, 12]
        """
        chosen = {number for first, last in self.ranges for number in self._between(first, last, numbers)}
        if absent := sorted(chosen - set(numbers)):
            raise DataError(
                f"layers must be among the {len(numbers)} from {numbers[0]} to {numbers[-1]}, got {absent[0]}",
                fix="Correct --layers or data.layers; -1 is the last layer, and layer 0 often the input to the first.",
            )
        return sorted(chosen) if self.ranges else list(numbers)

    def _between(self, first: int, last: int, numbers: Sequence[int]) -> range:
        start, end = (numbers[-1] + 1 + number if number < 0 else number for number in (first, last))
        return range(start, end + 1) if start <= end else range(end, start + 1)


def shown(numbers: Sequence[int]) -> str:
    """Numbers of layers in short.

    Examples:
        >>> shown([0, 6, 7, 8])
        '0, 6-8'
    """
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)


def without_layer(name: str) -> str:
    """The name of an encoder without that of its layer.

    Examples:
        >>> without_layer("wavlm.06"), without_layer("wavlm")
        ('wavlm', 'wavlm')
    """
    return re.sub(r"\.\d{2,4}\Z", "", name)
