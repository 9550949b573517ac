"""Predictions of a fold model for clips some columns of which come from other clips: the plain reference.

For every group of columns it copies the features of all encoders, shuffles the columns and calls the network.
`experiments.explaining.permuted_latents` gives the same at a fraction of the cost.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.predict import clip_draws

Columns = Mapping[int, Ints]
"""Positions among the features of encoders, by the encoder's position."""


@dataclass(frozen=True)
class PermutedModel(ABC):
    """A fold model, and the n clips that it predicts.

    Attributes:
        model: The model.
        table: The features.
        rows: (n,) rows of the clips, which the model left out.
    """

    model: Checkpoint
    table: FeatureTable
    rows: Ints

    @abstractmethod
    def predictions(self, groups: Sequence[Columns], donor: Ints) -> Iterator[tuple[Floats, Floats]]:
        """Predicts the clips, for each group of columns, with these columns shuffled and with all others shuffled.

        Args:
            groups: The groups.
            donor: (n, E) positions of the clips that shuffled columns come from.

        Returns:
            Two (n, K) log probabilities for each group.
        """

    def standardised(self) -> list[NDArray[np.float32]]:
        """E standardised features (n, D_e), before any reduction; 0 for encoders that the model does not read."""
        return [
            self.model.scaler.standardised(encoder, matrix[self.rows])
            if weight
            else np.zeros((len(self.rows), matrix.shape[1]), dtype=np.float32)
            for encoder, (matrix, weight) in enumerate(
                zip(self.table.features, self.model.scaler.shift_weights, strict=True)
            )
        ]

    @property
    def present(self) -> Tensor:
        """(n, E) encoders that a clip has and the model reads."""
        reads = np.array(self.model.scaler.shift_weights) > 0
        return torch.from_numpy(self.table.present[self.rows] & reads)

    @property
    def draws(self) -> Tensor:
        """(n, E) draws that belong to the clips."""
        return clip_draws(self.table.clips.filename[self.rows], len(self.table.names), self.model.seed)


class PlainPermutedModel(PermutedModel):
    """A call of the network with other features for every group."""

    def predictions(self, groups: Sequence[Columns], donor: Ints) -> Iterator[tuple[Floats, Floats]]:
        """Copies the features twice for each group."""
        features, widths = self.standardised(), self.model.scaler.raw_widths
        for columns in groups:
            others = {e: np.setdiff1d(np.arange(width), columns.get(e, [])) for e, width in enumerate(widths)}
            yield self._predicted(features, columns, donor), self._predicted(features, others, donor)

    @torch.no_grad()
    def _predicted(self, features: Sequence[NDArray[np.float32]], columns: Columns, donor: Ints) -> Floats:
        inputs = []
        for encoder, rows in enumerate(features):
            shuffled = rows.copy()
            for column in columns.get(encoder, ()):
                shuffled[:, column] = rows[donor[:, encoder], column]
            inputs.append(torch.from_numpy(self.model.scaler.read(encoder, shuffled)))
        return normalised(self.model.network(inputs, self.present, self.draws).log_prob)


def normalised(log_prob: Tensor) -> Floats:
    """Log probabilities (n, K) in float64, whose probabilities sum to 1 to the last bit."""
    return np.asarray(log_prob.double().log_softmax(-1).numpy())
