"""From an architecture to the network that it describes."""

import torch

from blemore_cli.model.baselines import ConcatNetwork
from blemore_cli.model.network import Architecture, BlemoreNetwork, FusionNetwork


def build_network(architecture: Architecture, *, generator: torch.Generator) -> FusionNetwork:
    """Builds a network with initial weights from the generator."""
    kind = BlemoreNetwork if architecture.family == "gated" else ConcatNetwork
    return kind(architecture, generator=generator)
