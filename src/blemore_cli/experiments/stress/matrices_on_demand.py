"""Feature matrices that are made each time they are read, so that one of many encoders is in memory at a time."""

from collections.abc import Callable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


class MatricesOnDemand(Sequence[Matrix]):
    """The features of E encoders in place of the arrays of a table.

    Args:
        n_encoders: E.
        make: Makes the matrix (N, D_e) of an encoder by its number.

    Examples:
        >>> matrices = MatricesOnDemand(2, lambda encoder: np.full((1, 2), encoder, dtype=np.float32))
        >>> matrices[1].tolist(), len(matrices)
        ([[1.0, 1.0]], 2)
    """

    def __init__(self, n_encoders: int, make: Callable[[int], Matrix]) -> None:
        self._n_encoders, self._make = n_encoders, make

    def __len__(self) -> int:
        return self._n_encoders

    @overload
    def __getitem__(self, number: int) -> Matrix: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Matrix]: ...
    def __getitem__(self, number: int | slice) -> Matrix | Sequence[Matrix]:
        numbers = range(self._n_encoders)[number]
        return self._make(numbers) if isinstance(numbers, int) else [self._make(one) for one in numbers]
