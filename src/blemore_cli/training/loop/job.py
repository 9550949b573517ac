"""Job of training one network: its initial weights, rows and labels, and the random draws of its epochs."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from blemore_cli.core.config.schema import TrainConfig
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.model.evidence.neighbours import NeighbourCompetence
from blemore_cli.model.network import FusionNetwork
from blemore_cli.training.scaler import Rows
from blemore_cli.training.seed_stream import SeedStream


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
        decoder: The decoder that is fitted with the pool, where evidence is fused.
        weight: (N, E) how far the heads of each encoder learn from a row, where evidence is fused; None is 1 for all.
        neighbours: What the trained network ranks encoders by, where evidence is fused. Its size is that of the rows,
            so that networks in training, which may be stacked, are without it.
    """

    network: FusionNetwork
    adapter: nn.Module | None
    rows: Rows
    label: Tensor
    target: Rows | None
    stream: SeedStream
    decoder: Decoder | None = None
    weight: Tensor | None = None
    neighbours: NeighbourCompetence | None = None


class EpochDraws(NamedTuple):
    """The random draws of one epoch of N rows in T batches.

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
    """Sampler of a training's epochs; its draws are the same whatever is trained beside it.

    Attributes:
        sizes: Rows in each of an epoch's T batches, nearly equal.
    """

    def __init__(self, job: TrainingJob, config: TrainConfig) -> None:
        self.sizes = batch_sizes(len(job.rows), config.batch_size)
        self._n_rows, self._n_encoders = job.rows.present.shape
        self._d_latent, self._batch_size = job.network.architecture.d_latent, config.batch_size
        self._n_target = len(job.target) if job.adapter is not None and job.target is not None else 0
        self._order, self._noise, self._target = (job.stream.torch(use) for use in ("batches", "draws", "target"))

    def epoch(self) -> EpochDraws:
        """Draws the next epoch."""
        noise = torch.rand(self._n_rows, self._n_encoders + self._d_latent, generator=self._noise)
        draws, drops = torch.split(noise, [self._n_encoders, self._d_latent], dim=1)
        shape = (len(self.sizes), self._batch_size if self._n_target else 0)
        return EpochDraws(
            torch.randperm(self._n_rows, generator=self._order),
            draws,
            drops,
            torch.randint(max(1, self._n_target), shape, generator=self._target),
            torch.rand(*shape, self._n_encoders, generator=self._target),
        )


def batch_sizes(n_rows: int, batch_size: int) -> list[int]:
    """Sizes of the fewest batches of at most `batch_size` rows, as equal as they can be."""
    n_batches = max(1, -(-n_rows // batch_size))
    return [n_rows // n_batches + (part < n_rows % n_batches) for part in range(n_batches)]
