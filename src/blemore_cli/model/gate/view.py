"""View gate: every encoder is scored from the features of a few encoders, so that few must be extracted."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from blemore_cli.model.gate.base import Gate
from blemore_cli.model.linear import Linear


class ViewGate(Gate):
    """Scores all encoders by additive attention over one key, which is made of the view.

    Score: `q_e . tanh(W v + a) / sqrt(d_gate) + b_e`, with v the features of the view side by side and one query per
    encoder: the score of `gate.attention.AttentionGate` with a key that all encoders share; Bahdanau et al. 2015 (arXiv
    1409.0473), section A.1.2. Absent encoders of the view are 0 in v.
    """

    def __init__(self, widths: Sequence[int], view: Sequence[int], d_gate: int, *, generator: torch.Generator) -> None:
        super().__init__(widths, view, d_gate, generator=generator)
        self.view = tuple(view)
        self.key = Linear(sum(widths[encoder] for encoder in view), d_gate, generator=generator)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Scores every encoder."""
        return self.scores(self.joint_key(features))

    def joint_key(self, features: Sequence[Tensor]) -> Tensor:
        """The key (..., B, d_gate) of the view, before the hyperbolic tangent."""
        key: Tensor = self.key(torch.cat([features[encoder] for encoder in self.view], dim=-1))
        return key

    def scores(self, key: Tensor) -> Tensor:
        """Scores (..., B, E) from the key (..., B, d_gate), which is linear in the features."""
        return torch.tanh(key) / math.sqrt(self.query.shape[-1]) @ self.query.mT + self.bias.unsqueeze(-2)
