"""Attention gate with even inputs: the energy of an encoder's columns and its square, which tell noise."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from blemore_cli.model.energy import log_energy
from blemore_cli.model.gate.attention import AttentionGate

REACH: Final = 16.0
"""Factor of the even inputs: two numbers have to reach as far as the many directions beside them, with decay."""

MOST_ENERGY: Final = 6.0


class QualityGate(AttentionGate):
    """Scores each encoder by additive attention and by the energy of its input.

    The score of `AttentionGate` is odd in the features: what it gives to noise has mean 0, whatever it learns. Noise
    shows in their squares.

    Score: `q_e . tanh(W_e x_e + a_e) / sqrt(d_gate) + 16 c_e . [m, m^2] + b_e`, with m the log mean square of
    the encoder's standardised columns, limited to 6 on either side.

    Attributes:
        slope: (E, 2), zero at the start.
    """

    def __init__(self, widths: Sequence[int], view: Sequence[int], d_gate: int, *, generator: torch.Generator) -> None:
        super().__init__(widths, view, d_gate, generator=generator)
        self.slope = nn.Parameter(torch.zeros(len(widths), 2))

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Scores every encoder."""
        energy = log_energy(features).clamp(-MOST_ENERGY, MOST_ENERGY)
        even = REACH * torch.stack([energy, energy.square()], dim=-1)  # (..., B, E, 2)
        return super().forward(features) + (even * self.slope.unsqueeze(-3)).sum(-1)

    @torch.no_grad()
    def sharpen(self, factor: float) -> None:
        """Multiplies all scores by a factor."""
        super().sharpen(factor)
        self.slope.mul_(factor)
