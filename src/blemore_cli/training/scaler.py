"""Standardisation fitted on training rows: zero mean, unit deviation, clamped, absent features at zero."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from blemore_cli.core.types import Ints
from blemore_cli.data.batches import FeatureTable


@dataclass(frozen=True)
class Scaler:
    """Mean and deviation of each column of each encoder.

    Attributes:
        mean: E arrays (D_e,).
        deviation: E arrays (D_e,), positive.
        clamp_sd: Standardised values are limited to this many deviations on either side.
    """

    mean: tuple[NDArray[np.float32], ...]
    deviation: tuple[NDArray[np.float32], ...]
    clamp_sd: float

    def apply(self, table: FeatureTable, rows: Ints | None = None) -> "ModelInput":
        """Standardises some rows of a table, or all."""
        chosen = slice(None) if rows is None else rows
        features = []
        for matrix, mean, deviation in zip(table.features, self.mean, self.deviation, strict=True):
            scaled = np.subtract(matrix[chosen], mean)
            scaled /= deviation
            np.clip(scaled, -self.clamp_sd, self.clamp_sd, out=scaled)
            features.append(torch.from_numpy(np.nan_to_num(scaled, copy=False, nan=0.0)))
        return ModelInput(tuple(features), torch.from_numpy(table.present[chosen]))


@dataclass(frozen=True)
class ModelInput:
    """What the network reads: E tensors (N, D_e), standardised, 0 where absent; and (N, E) bool."""

    features: tuple[Tensor, ...]
    present: Tensor

    def take(self, rows: Ints | Tensor) -> "ModelInput":
        """The same for some rows."""
        index = torch.as_tensor(rows, device=self.present.device)
        return ModelInput(tuple(matrix[index] for matrix in self.features), self.present[index])

    def to(self, device: torch.device) -> "ModelInput":
        """The same on another device."""
        return ModelInput(tuple(matrix.to(device) for matrix in self.features), self.present.to(device))


def fit_scaler(table: FeatureTable, rows: Ints, *, clamp_sd: float) -> Scaler:
    """Fits mean and deviation of every column on the given rows that are present; no other row is read.

    A column that does not vary on these rows, or an encoder that has none of them, keeps deviation 1.
    """
    means, deviations = [], []
    for encoder, matrix in enumerate(table.features):
        seen = matrix[rows[table.present[rows, encoder]]].astype(np.float64)
        mean = seen.mean(axis=0) if len(seen) else np.zeros(matrix.shape[1])
        deviation = seen.std(axis=0) if len(seen) else np.ones(matrix.shape[1])
        constant = deviation <= 1e-7 * np.maximum(np.abs(mean), 1e-30)
        means.append(mean.astype(np.float32))
        deviations.append(np.where(constant, 1, deviation).astype(np.float32))
    return Scaler(tuple(means), tuple(deviations), clamp_sd)
