"""The training loop of one network, an epoch at a time, so that whoever drives it decides what happens between."""

import copy
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from blemore_cli.core.config import TrainConfig
from blemore_cli.core.rng import numpy_generator, torch_generator
from blemore_cli.core.types import Ints
from blemore_cli.data.batches import batches
from blemore_cli.model.network import Architecture, BlemoreNetwork, Training
from blemore_cli.training.losses import label_loss
from blemore_cli.training.scaler import ModelInput


@dataclass(frozen=True)
class Stream:
    """Names the random streams of one training: the same seed, fold and purpose give the same bytes."""

    seed: int
    fold: int
    purpose: str

    def batches(self) -> np.random.Generator:
        """Draws the order of the rows."""
        return numpy_generator(self.seed, self.fold, self.purpose, "batches")

    def torch(self, use: str) -> torch.Generator:
        """Draws tensors for one use, such as initial weights."""
        return torch_generator(self.seed, self.fold, self.purpose, use)


def new_network(architecture: Architecture, fixed_ranking: Tensor, stream: Stream) -> BlemoreNetwork:
    """Builds a network with initial weights from the stream."""
    network = BlemoreNetwork(architecture, generator=stream.torch("initial weights"))
    network.fixed_ranking.copy_(fixed_ranking)
    return network


AVERAGING: Final = 9
"""Polynomial decay of the weight average: after t steps the newest weights count (AVERAGING + 1) / (AVERAGING + t)."""


class Trainer:
    """Trains one network, an epoch at a time, and keeps the running average of its weights.

    The first `warmup_epochs` fuse every encoder, so that all projections learn before the gate chooses among them.
    The average, not the last step, is the model: it forgets the noise of single batches and follows the recent tenth
    of the training. Source: Shamir and Zhang 2013 (arXiv 1212.1824), section 4, polynomial-decay averaging.

    Attributes:
        averaged: The network with averaged weights.

    Args:
        network: The network to train, in place.
        inputs: Standardised features of the N training clips, on the network's device.
        label: (N,) their labels, on the same device.
        config: Optimisation.
        stream: Random streams of this training.
    """

    def __init__(
        self,
        network: BlemoreNetwork,
        inputs: ModelInput,
        label: Tensor,
        config: TrainConfig,
        stream: Stream,
    ) -> None:
        self.averaged = copy.deepcopy(network).requires_grad_(False)
        self._network, self._inputs, self._label, self._config = network, inputs, label, config
        self._order, self._noise = stream.batches(), stream.torch("draws")
        self._optimiser = torch.optim.AdamW(
            network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self._n_epochs = self._n_steps = 0

    def epoch(self) -> float:
        """Passes once over the training rows; returns the mean training loss in nats."""
        dense = self._n_epochs < self._config.warmup_epochs
        total = torch.zeros((), device=self._label.device)
        for batch in batches(np.arange(len(self._label)), self._config.batch_size, self._order):
            total += self._step(batch, dense=dense) * len(batch)
        self._n_epochs += 1
        return float(total) / len(self._label)

    def _step(self, batch: Ints, *, dense: bool) -> Tensor:
        part = self._inputs.take(batch)
        training = Training(
            self._config.exploration, dense, drops=self._uniform(len(batch), self._network.architecture.d_latent)
        )
        output = self._network(part.features, part.present, self._uniform(*part.present.shape), training)
        loss = label_loss(output.log_prob, self._label[torch.from_numpy(batch)])
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        self._average()
        return loss.detach()

    def _uniform(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self._noise).to(self._label.device)

    @torch.no_grad()
    def _average(self) -> None:
        self._n_steps += 1
        share = (AVERAGING + 1) / (AVERAGING + self._n_steps)
        for average, newest in zip(self.averaged.parameters(), self._network.parameters(), strict=True):
            average.lerp_(newest, share)
