"""Abstract base of gates: additive attention with one query and one bias for each encoder."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Gate(nn.Module, ABC):
    """Scores of the encoders for a clip; larger is better. A child writes `forward`.

    Its hyperparameters are further keyword-only parameters of its constructor, with their defaults;
    `model.gate_options` sets them. Every operation must take leading dimensions, as in `model.fusion.base`.

    Queries start at zero, so that all encoders start equal. Random ones would give every clip a random ranking, which
    wide encoders do not unlearn from a few thousand training clips.

    Shapes:
        features: E tensors (..., B, D_e). Output: (..., B, E), unbounded scores.

    Args:
        widths: D_e of each encoder.
        view: Positions of the encoders that the gate reads; empty where it reads all.
        d_gate: Width of the keys.
        generator: Source of the initial weights.

    Attributes:
        query: (E, d_gate).
        bias: (E,).
    """

    def __init__(self, widths: Sequence[int], view: Sequence[int], d_gate: int, *, generator: torch.Generator) -> None:  # noqa: ARG002
        super().__init__()
        self.query = nn.Parameter(torch.zeros(len(widths), d_gate))
        self.bias = nn.Parameter(torch.zeros(len(widths)))

    @abstractmethod
    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Scores every encoder."""

    @torch.no_grad()
    def sharpen(self, factor: float) -> None:
        """Multiplies all scores by a factor."""
        self.query.mul_(factor)
        self.bias.mul_(factor)
