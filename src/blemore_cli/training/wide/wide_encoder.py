"""Reduction of one encoder with more columns than training clips, for the training rows of one model."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.gram import BLOCK, Standardise, gram_matrix, part_of
from blemore_cli.core.labels import SALIENCE
from blemore_cli.core.types import Clips, Ints
from blemore_cli.data.index.array_cache import ArrayCache, cached_as, free_pages, linear_algebra
from blemore_cli.data.splits import Split, inner_splits
from blemore_cli.training.reduction import LEAST_CLIPS
from blemore_cli.training.wide.component_choice import components_suffice
from blemore_cli.training.wide.dual_components import dual_components


@dataclass(frozen=True)
class WideEncoder:
    """One encoder of N clips, standardised; what is made of it is kept where the matrix comes from a cache.

    Attributes:
        matrix: (N, D) features.
        standardised: Gives columns of all rows, standardised and clamped, 0 where absent.
        key: What determines the standardisation beside the matrix, and is not fitted to training rows; None where it is
            fitted to them, so that nothing can be shared with other trainings.
    """

    matrix: NDArray[np.float32]
    standardised: Standardise
    key: tuple[object, ...] | None

    @cached_property
    def gram(self) -> NDArray[np.float32]:
        """(N, N) inner products of all rows."""

        def made() -> NDArray[np.float32]:
            products = gram_matrix(self.standardised, self.matrix.shape[1])
            free_pages(self.matrix)
            return products

        return self.kept("gram", (), made)

    def coefficients(self, rows: Ints, n_components: int) -> NDArray[np.float32]:
        """(n, K) coefficients of the leading components of some rows (n,), as of `dual_components`."""

        def made() -> NDArray[np.float32]:
            return dual_components(part_of(self.gram, rows, rows), n_components)

        return self.kept("coefficients", (_digest(rows), n_components), made)

    def let_gram_go(self) -> None:
        """Frees the inner products, of which each training would hold N x N; they are made or mapped again if read."""
        vars(self).pop("gram", None)

    def kept(self, kind: str, key: tuple[object, ...], make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """An array that is made of the standardised rows."""
        cache, made_with = _cache(self.matrix, self.key)
        return cache.array(kind, (*made_with, *key), make)


@dataclass(frozen=True)
class WideReduction:
    """The leading components of some training rows of an encoder.

    Attributes:
        encoder: The encoder.
        rows: (n,) training rows that have it.
        n_components: K.
    """

    encoder: WideEncoder
    rows: Ints
    n_components: int

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (D, K) of the components."""
        return self.encoder.matrix.shape[1], self.n_components

    @cached_property
    def scores(self) -> NDArray[np.float32]:
        """(N, K) scores of all rows of the table, from inner products alone, which are let go afterwards."""
        scores = self._kept("scores", self._scores)
        self.encoder.let_gram_go()
        return scores

    @cached_property
    def components(self) -> NDArray[np.float32]:
        """(D, K) that standardised rows are multiplied by for their scores."""
        return self._kept("components", self._components).copy()  # a mapped one cannot be written to, as tensors are

    @property
    def _coefficients(self) -> NDArray[np.float32]:
        return self.encoder.coefficients(self.rows, self.n_components)

    def _scores(self) -> NDArray[np.float32]:
        gram = self.encoder.gram
        coefficients = np.zeros((len(gram), self.n_components), dtype=np.float32)
        coefficients[self.rows] = self._coefficients  # zeros for other rows are quicker than a copy of these columns
        scores: NDArray[np.float32] = gram @ coefficients
        return scores

    def _components(self) -> NDArray[np.float32]:
        width, coefficients = self.encoder.matrix.shape[1], self._coefficients
        parts = [
            self.encoder.standardised(slice(start, start + BLOCK))[self.rows].T @ coefficients
            for start in range(0, width, BLOCK)
        ]
        free_pages(self.encoder.matrix)
        return np.concatenate(parts)

    def _kept(self, kind: str, make: Callable[[], NDArray[Any]]) -> NDArray[np.float32]:
        return self.encoder.kept(kind, (_digest(self.rows), self.n_components), make)


def is_gram_being_made(matrix: NDArray[np.float32], key: tuple[object, ...] | None) -> bool:
    """Whether another process is at the inner products of an encoder, by `matrix` and `key` of its `WideEncoder`."""
    cache, made_with = _cache(matrix, key)
    return cache.is_being_made("gram", made_with)


def _cache(matrix: NDArray[np.float32], key: tuple[object, ...] | None) -> tuple[ArrayCache, tuple[object, ...]]:
    """The cache that a matrix is from, with the begin of all keys; one that keeps nothing where it is from none."""
    cache, digest = cached_as(matrix) if key is not None else (ArrayCache(), "")
    return cache, (digest, key, linear_algebra())


def is_wide(width: int, clips: Clips) -> bool:
    """Whether an encoder has more columns than there are training clips, and these are enough to judge components."""
    return width > int((~clips.is_test).sum()) >= LEAST_CLIPS


def suffices(encoder: WideEncoder, rows: Ints, clips: Clips, n_components: int) -> bool:
    """Whether components of the training rows that have an encoder take the place of its columns.

    The first inner fold of the rows judges; where they cannot be split, nothing speaks against components.
    """
    split = _first_split(clips, rows)
    if split is None:
        return True
    target = SALIENCE[clips.label]

    def judged() -> NDArray[Any]:
        coefficients = encoder.coefficients(split.train, n_components)
        return np.array(components_suffice(encoder.gram, target, split, coefficients))

    key = _digest(split.train), _digest(split.held_out), _digest(target[rows]), n_components
    return bool(encoder.kept("choice", key, judged))


def _first_split(clips: Clips, rows: Ints) -> Split | None:
    known = len(np.unique(clips.fold[rows])) > 1 or len(np.unique(clips.actor[rows])) > 1
    return inner_splits(clips, rows)[0] if known else None


def _digest(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
