"""Standardisation of features, fitted on training rows, with the reduction and shift weight of each encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from blemore_cli.core.choices import Standardize
from blemore_cli.core.types import Ints
from blemore_cli.data.index.array_cache import free_pages
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.training.reduction import AUTO_COMPONENTS, is_automatic, max_components, principal_components
from blemore_cli.training.wide.wide_encoder import WideEncoder, WideReduction, is_gram_being_made, is_wide, suffices


class Reduction(Protocol):
    """What makes or reads the components of an encoder when they are needed: 25 models hold half a gigabyte of them."""

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (D_e, K_e) of the components."""

    @property
    def components(self) -> NDArray[np.float32]:
        """What standardised rows are multiplied by."""


@dataclass(frozen=True)
class Scaler:
    """Mean, deviation, principal components and shift weight of each encoder.

    Attributes:
        mean: E arrays (D_e,).
        deviation: E arrays (D_e,), positive.
        reductions: What makes E arrays (D_e, K_e) that standardised rows are multiplied by, or these arrays; None
            leaves an encoder as it is.
        clamp_sd: Standardised values are limited to this many deviations on either side.
        shift_weights: E factors in [0, 1] of the result; an encoder with 0 is absent for every row.
    """

    mean: tuple[NDArray[np.float32], ...]
    deviation: tuple[NDArray[np.float32], ...]
    reductions: tuple[NDArray[np.float32] | Reduction | None, ...]
    clamp_sd: float
    shift_weights: tuple[float, ...]

    @property
    def components(self) -> tuple[NDArray[np.float32] | None, ...]:
        """E arrays (D_e, K_e) that standardised rows are multiplied by; None leaves an encoder as it is."""
        return tuple(map(self.components_of, range(len(self.reductions))))

    def components_of(self, encoder: int) -> NDArray[np.float32] | None:
        """Those of one encoder (D_e, K_e)."""
        reduction = self.reductions[encoder]
        return reduction if reduction is None or isinstance(reduction, np.ndarray) else reduction.components

    @property
    def raw_widths(self) -> tuple[int, ...]:
        """D_e of each encoder in the table."""
        return tuple(len(mean) for mean in self.mean)

    @property
    def widths(self) -> tuple[int, ...]:
        """Width of each encoder as the network reads it: K_e where reduced, else D_e."""
        reduced = zip(self.raw_widths, self.reductions, strict=True)
        return tuple(width if matrix is None else matrix.shape[1] for width, matrix in reduced)

    def apply(self, table: FeatureTable, rows: Ints | None = None, device: torch.device | str = "cpu") -> "Rows":
        """Standardises, reduces and weighs some rows of a table, or all, on a device."""
        chosen = slice(None) if rows is None else rows
        present = table.present[chosen] & (np.array(self.shift_weights) > 0)
        features = [
            self._applied(encoder, matrix, chosen)
            if weight
            else np.zeros((len(present), self.widths[encoder]), dtype=np.float32)
            for encoder, (matrix, weight) in enumerate(zip(table.features, self.shift_weights, strict=True))
        ]
        columns = torch.cat([torch.from_numpy(matrix) for matrix in features], dim=1)
        return Rows(columns.to(device), torch.from_numpy(present).to(device))

    def _applied(self, encoder: int, matrix: NDArray[np.float32], chosen: Ints | slice) -> NDArray[np.float32]:
        """Some rows of a matrix as the network reads them; those that were fitted to have their scores already."""
        reduction = self.reductions[encoder]
        if isinstance(reduction, WideReduction) and reduction.encoder.matrix is matrix:
            return self._weighed(encoder, np.array(reduction.scores[chosen]))
        read = self.read(encoder, self.standardised(encoder, matrix[chosen]))
        free_pages(matrix)
        return read

    def standardised(self, encoder: int, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rows (n, D_e) of one encoder in deviations from the mean, clamped, 0 where absent."""
        return _standardised(rows, self.mean[encoder], self.deviation[encoder], self.clamp_sd)

    def read(self, encoder: int, scaled: NDArray[np.float32]) -> NDArray[np.float32]:
        """Standardised rows (n, D_e) of one encoder as the network reads them; a linear map."""
        components = self.components_of(encoder)
        return self._weighed(encoder, scaled if components is None else scaled @ components)

    def _weighed(self, encoder: int, reduced: NDArray[np.float32]) -> NDArray[np.float32]:
        weight = self.shift_weights[encoder]
        return reduced if weight == 1 else reduced * np.float32(weight)


@dataclass(frozen=True)
class Rows:
    """Some rows of a table as the network reads them.

    Attributes:
        columns: (N, D) standardised features of all encoders side by side, 0 where absent.
        present: (N, E) bool.
    """

    columns: Tensor
    present: Tensor

    def __len__(self) -> int:
        return len(self.present)


def fit_scaler(
    table: FeatureTable,
    rows: Ints,
    *,
    clamp_sd: float,
    reduce: str = "none",
    standardize: Standardize = "global",
    shift_weights: Sequence[float] = (),
) -> Scaler:
    """Fits mean, deviation and components on the given rows that are present; no other row is read.

    An encoder with shift weight 0 is not read; one that none of these rows has gets weight 0, as nothing is learned of
    it. A column that does not vary on these rows keeps deviation 1.

    Args:
        table: Raw features of all clips.
        rows: Training rows.
        clamp_sd: Standardised values are limited to this many deviations on either side.
        reduce: "none", or "pca:K" to keep K principal components of encoders that are wider, or "auto": of those with
            more columns than there are training clips the leading ones, where they tell the labels as well.
        standardize: How the table is standardised. Within groups, an encoder of which `auto` keeps components is not
            standardised again before they are fitted, so that all trainings share its inner products.
        shift_weights: E factors of the encoders, in [0, 1]; empty is 1 for all.
    """
    is_seen = np.asarray(table.present[rows].any(axis=0))
    given = tuple(shift_weights) or (1.0,) * len(table.features)
    factors = tuple(factor if seen else 0.0 for factor, seen in zip(given, is_seen, strict=True))
    is_shared = is_automatic(reduce) and standardize != "global"

    def is_at_work(encoder: int) -> bool:
        matrix = table.features[encoder]
        return is_shared and is_wide(matrix.shape[1], table.clips) and is_gram_being_made(matrix, (clamp_sd,))

    fitted: dict[int, _Fitted] = {}
    while waiting := [encoder for encoder in range(len(factors)) if encoder not in fitted]:
        encoder = next((one for one in waiting if not is_at_work(one)), waiting[0])  # what nobody makes is first
        seen = rows[table.present[rows, encoder]] if factors[encoder] else rows[:0]
        fitted[encoder] = _fitted(table, encoder, seen, clamp_sd=clamp_sd, reduce=reduce, standardize=standardize)
    means, deviations, reductions = zip(*(fitted[encoder] for encoder in range(len(factors))), strict=True)
    return Scaler(means, deviations, reductions, clamp_sd, factors)


_Fitted = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32] | WideReduction | None]
"""Mean, deviation and reduction of an encoder."""


def _fitted(
    table: FeatureTable, encoder: int, rows: Ints, *, clamp_sd: float, reduce: str, standardize: Standardize
) -> _Fitted:
    matrix, most = table.features[encoder], max_components(reduce)
    if is_automatic(reduce) and is_wide(matrix.shape[1], table.clips):
        return _fitted_wide(table, encoder, rows, clamp_sd=clamp_sd, standardize=standardize)
    mean, deviation = _moments(matrix[rows])
    if most is None or matrix.shape[1] <= most:
        return mean, deviation, None
    return mean, deviation, principal_components(_standardised(matrix[rows], mean, deviation, clamp_sd), most)


def _fitted_wide(
    table: FeatureTable, encoder: int, rows: Ints, *, clamp_sd: float, standardize: Standardize
) -> _Fitted:
    matrix, is_done = table.features[encoder], standardize != "global"
    width = matrix.shape[1]
    unit = np.zeros(width, dtype=np.float32), np.ones(width, dtype=np.float32)
    if not len(rows):
        return *unit, np.zeros((width, AUTO_COMPONENTS), dtype=np.float32)
    mean, deviation = unit if is_done else _moments(matrix[rows])

    def standardised(columns: slice) -> NDArray[np.float32]:
        return _standardised(matrix[:, columns], mean[columns], deviation[columns], clamp_sd)

    wide = WideEncoder(matrix, standardised, (clamp_sd,) if is_done else None)
    if suffices(wide, rows, table.clips, AUTO_COMPONENTS):
        return mean, deviation, WideReduction(wide, rows, AUTO_COMPONENTS)
    return *_moments(matrix[rows]), None


def _moments(seen: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and deviation of each column, 0 and 1 where there is no row, deviation 1 where a column is constant."""
    if len(seen) == 0:
        return np.zeros(seen.shape[1], dtype=np.float32), np.ones(seen.shape[1], dtype=np.float32)
    exact = seen.astype(np.float64)
    mean, deviation = exact.mean(axis=0), exact.std(axis=0)
    constant = deviation <= 1e-7 * np.maximum(np.abs(mean), 1e-30)
    return mean.astype(np.float32), np.where(constant, 1, deviation).astype(np.float32)


def _standardised(
    rows: NDArray[np.float32], mean: NDArray[np.float32], deviation: NDArray[np.float32], clamp_sd: float
) -> NDArray[np.float32]:
    """The rows in deviations from the mean, clamped, 0 where absent."""
    scaled: NDArray[np.float32] = np.subtract(rows, mean)
    scaled /= deviation
    np.clip(scaled, -clamp_sd, clamp_sd, out=scaled)
    scaled[np.isnan(scaled)] = 0
    return scaled
