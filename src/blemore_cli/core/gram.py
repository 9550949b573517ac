"""Gram matrix of rows whose columns are standardised block by block."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.types import Ints

BLOCK: Final = 1024
"""Columns that are standardised at once."""

Standardise = Callable[[slice], NDArray[np.float32]]
"""Gives some columns (N, d) of all rows, standardised and clamped, 0 where absent."""


def gram_matrix(standardised: Standardise, n_columns: int) -> NDArray[np.float32]:
    """Inner products (N, N) of all rows.

    An element depends on the two rows that it is of, so that the part of some rows depends on no other row.

    Args:
        standardised: Gives the columns.
        n_columns: D.
    """
    blocks = (standardised(slice(start, start + BLOCK)) for start in range(0, n_columns, BLOCK))
    first = next(blocks)
    total = first @ first.T
    for block in blocks:
        total += block @ block.T
    return total


def part_of(gram: NDArray[np.float32], rows: Ints, columns: Ints) -> NDArray[np.float32]:
    """Some rows and columns of a Gram matrix; a third of the time of an index of both at once."""
    return gram.take(rows, axis=0).take(columns, axis=1)
