"""One network before its training, and the random material of each of its epochs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from blemore_cli.core.config.schema import TrainConfig
from blemore_cli.model.network import Architecture, FusionNetwork
from blemore_cli.training.loop.seed_stream import SeedStream


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


@dataclass(frozen=True)
class TrainingJob:
    """One network before its training, with what it learns from.

    Attributes:
        network: With initial weights; changed by the training.
        adapter: Adaptation loss with initial weights, or None.
        rows: The N training rows.
        label: (N,) their labels.
        target: Unlabelled rows to adapt to; read with an adapter only.
        stream: Random streams.
    """

    network: FusionNetwork
    adapter: nn.Module | None
    rows: Rows
    label: Tensor
    target: Rows | None
    stream: SeedStream

    @property
    def architecture(self) -> Architecture:
        """The network's."""
        return self.network.architecture


class Epoch(NamedTuple):
    """The random material of one epoch of N rows in T batches.

    Attributes:
        order: (N,) the order of the rows.
        draws: (N, E) uniform, in that order.
        drops: (N, d) uniform, in that order.
        target_rows: (T, B) target rows of each batch, drawn with replacement.
        target_draws: (T, B, E) uniform.
    """

    order: Tensor
    draws: Tensor
    drops: Tensor
    target_rows: Tensor
    target_draws: Tensor


class Sampler:
    """Draws the random material of a training's epochs, the same whatever is trained beside it.

    Attributes:
        sizes: Rows in each of an epoch's T batches, nearly equal.
    """

    def __init__(self, trainee: TrainingJob, config: TrainConfig) -> None:
        self.sizes = batch_sizes(len(trainee.rows), config.batch_size)
        self._n_rows, self._n_encoders = trainee.rows.present.shape
        self._d_latent, self._batch_size = trainee.architecture.d_latent, config.batch_size
        self._n_target = len(trainee.target) if trainee.adapter is not None and trainee.target is not None else 0
        self._order, self._noise, self._target = (trainee.stream.torch(use) for use in ("batches", "draws", "target"))

    def epoch(self) -> Epoch:
        """Draws the material of the next epoch."""
        noise = torch.rand(self._n_rows, self._n_encoders + self._d_latent, generator=self._noise)
        draws, drops = torch.split(noise, [self._n_encoders, self._d_latent], dim=1)
        shape = (len(self.sizes), self._batch_size if self._n_target else 0)
        return Epoch(
            torch.randperm(self._n_rows, generator=self._order),
            draws,
            drops,
            torch.randint(max(1, self._n_target), shape, generator=self._target),
            torch.rand(*shape, self._n_encoders, generator=self._target),
        )


def batch_sizes(n_rows: int, batch_size: int) -> list[int]:
    """Sizes of the fewest batches of at most `batch_size` rows, as equal as they can be.

    Examples:
        >>> batch_sizes(10, 4)
        [4, 3, 3]
    """
    n_batches = max(1, -(-n_rows // batch_size))
    return [n_rows // n_batches + (part < n_rows % n_batches) for part in range(n_batches)]


def offsets(sizes: Sequence[int]) -> list[int]:
    """Where each batch begins.

    Examples:
        >>> offsets([4, 3, 3])
        [0, 4, 7]
    """
    return [sum(sizes[:part]) for part in range(len(sizes))]
