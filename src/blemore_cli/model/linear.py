"""Linear layer whose parameters may carry leading dimensions, so that R stacked models are one tensor program."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Linear(nn.Module):
    """`x @ weight + bias` for one model, or for R models at once when the parameters are stacked.

    Shapes:
        x: (..., B, d_in); weight: (..., d_in, d_out); bias: (..., d_out). Output: (..., B, d_out).

    Args:
        d_in: Input width.
        d_out: Output width.
        generator: Source of the initial weights, uniform in +-1/sqrt(d_in).
    """

    def __init__(self, d_in: int, d_out: int, *, generator: torch.Generator) -> None:
        super().__init__()
        bound = 1 / math.sqrt(d_in)
        self.weight = nn.Parameter(torch.empty(d_in, d_out).uniform_(-bound, bound, generator=generator))
        self.bias = nn.Parameter(torch.zeros(d_out))

    def forward(self, x: Tensor) -> Tensor:
        """Applies the layer."""
        return x @ self.weight + self.bias.unsqueeze(-2)


def side_by_side(layers: Sequence[Linear]) -> Linear:
    """One layer whose outputs are those of several layers in turn: one product instead of many.

    Args:
        layers: Layers of the same input width; the first one is changed and returned.
    """
    joined = layers[0]
    joined.weight = nn.Parameter(torch.cat([layer.weight.detach() for layer in layers], dim=-1))
    joined.bias = nn.Parameter(torch.cat([layer.bias.detach() for layer in layers], dim=-1))
    return joined
