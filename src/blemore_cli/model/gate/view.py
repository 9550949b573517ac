"""A gate that reads a view: it scores every encoder from the features of a few, so that few must be extracted."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from blemore_cli.model.linear import Linear


class ViewGate(nn.Module):
    """Scores all encoders by additive attention over one key, which is made of the view.

    Score: `q_e . tanh(W v + a) / sqrt(d_gate) + b_e`, with v the features of the view side by side and one query per
    encoder: that of `gate.AttentionGate` with a key that all encoders share. What is absent of the view is 0 in v.
    Queries start at zero there too.

    Shapes:
        features: E tensors (..., B, D_e), of which those of the view are read. Output: (..., B, E), unbounded scores.

    Args:
        widths: D_e of each encoder.
        view: Positions of the encoders that are read.
        d_gate: Width of the key.
        generator: Source of the initial weights.
    """

    def __init__(self, widths: Sequence[int], view: Sequence[int], d_gate: int, *, generator: torch.Generator) -> None:
        super().__init__()
        self.view = tuple(view)
        self.key = Linear(sum(widths[encoder] for encoder in view), d_gate, generator=generator)
        self.query = nn.Parameter(torch.zeros(len(widths), d_gate))
        self.bias = nn.Parameter(torch.zeros(len(widths)))

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Scores every encoder."""
        seen = torch.cat([features[encoder] for encoder in self.view], dim=-1)  # (..., B, D)
        key = torch.tanh(self.key(seen)) / math.sqrt(self.query.shape[-1])  # (..., B, d_gate)
        return key @ self.query.mT + self.bias.unsqueeze(-2)
