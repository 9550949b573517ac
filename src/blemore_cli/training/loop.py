"""The training loop of one network: epochs as a generator, so that whoever drives it decides what happens between."""

from collections.abc import Iterator
from dataclasses import dataclass

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


def epochs(
    network: BlemoreNetwork, inputs: ModelInput, label: Tensor, rows: Ints, config: TrainConfig, stream: Stream
) -> Iterator[float]:
    """Trains on the given rows, one epoch for each item drawn.

    The first `warmup_epochs` fuse every encoder, so that all projections learn before the gate chooses among them.

    Yields:
        Mean training loss of the epoch, in nats.
    """
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    order, noise = stream.batches(), stream.torch("draws")
    epoch = 0
    while True:
        losses = []
        for batch in batches(rows, config.batch_size, order):
            part = inputs.take(batch)
            device = part.present.device
            draws = torch.rand(part.present.shape, generator=noise).to(device)
            drops = torch.rand((len(batch), network.architecture.d_latent), generator=noise).to(device)
            step = Training(config.exploration, dense=epoch < config.warmup_epochs, drops=drops)
            output = network(part.features, part.present, draws, step)
            loss = label_loss(output.log_prob, label[torch.from_numpy(batch)])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            losses.append(loss.detach() * len(batch))
        epoch += 1
        yield float(torch.stack(losses).sum()) / len(rows)
