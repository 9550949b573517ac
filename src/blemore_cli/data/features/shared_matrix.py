"""Matrix that the rows of clips are moved into as they are read, so that they are held once."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from blemore_cli.data.features.records import ClipFeatures


class SharedMatrix:
    """A float32 matrix with a row for each of N clips, as wide as the first row.

    Args:
        n_clips: The number of clips.
    """

    def __init__(self, n_clips: int) -> None:
        self._n_clips = n_clips
        self._matrix: NDArray[np.float32] | None = None
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}

    def moved(self, number: int, clip: ClipFeatures) -> ClipFeatures:
        """A clip with its one row in the matrix, and with names that clips share; frames stay where they are."""
        clip = self.with_shared_names(clip)
        if clip.features.ndim != 1 or clip.features.size == 0:
            return clip
        rows = self.rows(number, 1, clip.features.size)
        with np.errstate(over="ignore", invalid="ignore"):
            rows[0] = clip.features
        return replace(clip, features=rows[0])

    def rows(self, first: int, n: int, width: int) -> NDArray[np.float32]:
        """Rows (n, width) for clips from number `first` on: those of the matrix, or new ones if it is not as wide."""
        if self._matrix is None:
            self._matrix = np.empty((self._n_clips, width), dtype=np.float32)
        if self._matrix.shape[1] != width:
            return np.empty((n, width), dtype=np.float32)
        return self._matrix[first : first + n]

    def with_shared_names(self, clip: ClipFeatures) -> ClipFeatures:
        """A clip with names that clips share."""
        if not clip.columns and not clip.left_out:
            return clip
        return replace(clip, columns=self._shared(clip.columns), left_out=self._shared(clip.left_out))

    def _shared(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return self._names.setdefault(names, names)


def stacked(rows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Rows as a matrix: the memory that they are in where they are in it one after the other; else a new one."""
    return whole if (whole := whole_matrix(rows)) is not None else np.stack(rows)


def whole_matrix(rows: Sequence[np.ndarray]) -> NDArray[np.float32] | None:
    """The matrix (N, D) float32 whose rows these are, in its order and without a copy; None where they are not.

    Examples:
        >>> matrix = np.zeros((3, 2), dtype=np.float32)
        >>> np.shares_memory(whole_matrix([*matrix]), matrix), whole_matrix([matrix[1], matrix[0]])
        (True, None)
    """
    first = rows[0]
    if first.base is None or first.ndim != 1 or first.dtype != np.float32 or not first.flags.carray:
        return None
    if not all(row.base is first.base and row.dtype == first.dtype and row.shape == first.shape for row in rows):
        return None
    start = first.__array_interface__["data"][0]
    addresses = [row.__array_interface__["data"][0] for row in rows]
    if addresses != [start + number * first.nbytes for number in range(len(rows))]:
        return None
    return np.lib.stride_tricks.as_strided(first, (len(rows), first.size), (first.nbytes, first.itemsize))


def in_order(matrix: NDArray[np.float32], order: NDArray[np.intp]) -> None:
    """Puts row `order[i]` of a matrix in the place of row i, for every i, with room for one row beside it.

    Args:
        matrix: (N, D), which is changed.
        order: (N,) a permutation.

    Examples:
        >>> matrix = np.float32([[0], [1], [2]])
        >>> in_order(matrix, np.array([2, 0, 1]))
        >>> matrix.ravel().tolist()
        [2.0, 0.0, 1.0]
    """
    sources = order.tolist()
    is_done = [source == row for row, source in enumerate(sources)]
    for start in range(len(sources)):
        if is_done[start]:
            continue
        first, row = matrix[start].copy(), start
        while sources[row] != start:
            matrix[row] = matrix[sources[row]]
            is_done[row] = True
            row = sources[row]
        matrix[row] = first
        is_done[row] = True
