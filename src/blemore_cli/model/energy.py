"""Energy of an encoder's input, which tells noise and silence from what the training rows look like."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

LEAST_ENERGY: Final = 1e-6


def log_energy(features: Sequence[Tensor]) -> Tensor:
    """Log mean square of the standardised columns of each encoder: near 0 for what the training rows look like.

    Args:
        features: E tensors (..., B, D_e).

    Returns:
        (..., B, E), at least log 1e-6.

    Examples:
        >>> log_energy([torch.ones(1, 4), 2 * torch.ones(1, 2)]).round(decimals=3)
        tensor([[0.0000, 1.3860]])
    """
    energy = torch.stack([x.square().mean(-1) for x in features], dim=-1)
    return torch.log(energy + LEAST_ENERGY)
