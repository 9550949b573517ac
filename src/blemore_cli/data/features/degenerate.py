"""Degenerate features: rows of zeros, rows and columns that repeat another, constant columns, equal encoders."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.types import Bools

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class DegenerateFeatures:
    """Counts of what carries no information in the features of an encoder.

    Attributes:
        n_clips: Clips that have the encoder.
        width: Columns.
        zero_rows: Clips whose features are all zero.
        equal_rows: Clips whose features are those of an earlier clip, exactly; rows of zeros are counted above alone.
        constant_columns: Columns that have one value for all clips.
        equal_columns: Columns that are those of an earlier column, exactly; constant ones are counted above alone.
        fingerprint: Equal for encoders of equal features of the same clips.
    """

    n_clips: int
    width: int
    zero_rows: int
    equal_rows: int
    constant_columns: int
    equal_columns: int
    fingerprint: str

    @property
    def is_constant(self) -> bool:
        """Whether every clip has the same features, if there are several."""
        return self.n_clips > 1 and self.constant_columns == self.width

    def counts(self) -> dict[str, int]:
        """The counts by their names."""
        return {key: value for key, value in asdict(self).items() if key not in ("n_clips", "width", "fingerprint")}

    def note(self) -> str:
        """The counts in words; empty where there is nothing to say."""
        if self.is_constant:
            return f"all {self.n_clips} clips have the same features"
        rows, columns = f"of {self.n_clips} clips", f"of {self.width} columns"
        words = {
            f"{self.zero_rows} {rows} have zeros alone": self.zero_rows,
            f"{self.equal_rows} {rows} have exactly the features of another": self.equal_rows,
            f"{self.constant_columns} {columns} are constant": self.constant_columns,
            f"{self.equal_columns} {columns} repeat another": self.equal_columns,
        }
        return ", ".join(text for text, count in words.items() if count)


def degenerate_features(features: Matrix, present: Bools) -> DegenerateFeatures:
    """Counts what carries no information in the features (N, D) of the clips that have them (N,).

    Examples:
        >>> counts = degenerate_features(np.float32([[0, 0], [3, 1], [3, 1]]), np.ones(3, dtype=bool))
        >>> counts.note()
        '1 of 3 clips have zeros alone, 1 of 3 clips have exactly the features of another'
    """
    matrix = np.ascontiguousarray(features if present.all() else features[present])
    bits = matrix.view(np.uint32)
    row_sums, column_sums = (bits.sum(axis=axis, dtype=np.uint64) for axis in (1, 0))
    is_zero: Bools = np.logical_not(matrix.any(axis=1))
    is_constant = (matrix == matrix[:1]).all(axis=0) if len(matrix) > 1 else np.zeros(matrix.shape[1], dtype=np.bool_)
    return DegenerateFeatures(
        n_clips=len(matrix),
        width=matrix.shape[1],
        zero_rows=int(is_zero.sum()),
        equal_rows=_n_repeated(matrix, row_sums, ~is_zero),
        constant_columns=int(is_constant.sum()),
        equal_columns=_n_repeated(matrix.T, column_sums, ~is_constant) if len(matrix) > 1 else 0,
        fingerprint=_fingerprint(matrix.shape, present, row_sums, column_sums),
    )


def equal_encoders(encoders: Mapping[str, DegenerateFeatures]) -> list[list[str]]:
    """Names of the encoders that have the same features of the same clips, a list for each such group."""
    groups = defaultdict(list)
    for name, counts in encoders.items():
        groups[counts.fingerprint].append(name)
    return [names for names in groups.values() if len(names) > 1]


def degenerate_notes(encoders: Mapping[str, DegenerateFeatures]) -> list[str]:
    """A sentence for each encoder that has degenerate features, and for each group of equal encoders."""
    notes = [f"encoder {name}: {counts.note()}" for name, counts in encoders.items() if counts.note()]
    return notes + [f"encoders {' and '.join(names)} have the same features" for names in equal_encoders(encoders)]


def _n_repeated(vectors: Matrix, sums: NDArray[np.uint64], chosen: Bools) -> int:
    """How many of the chosen vectors (K, L) equal an earlier one; equal ones have equal sums, and few others have."""
    _, group, size = np.unique(sums, return_inverse=True, return_counts=True)
    candidates = np.flatnonzero((size[group] > 1) & chosen)
    return len(candidates) - len({vectors[i].tobytes() for i in candidates})


def _fingerprint(shape: tuple[int, ...], *arrays: NDArray[np.generic]) -> str:
    digest = hashlib.sha256(repr(shape).encode())
    for array in arrays:
        digest.update(array.tobytes())
    return digest.hexdigest()
