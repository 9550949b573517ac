"""The second arrow: an attention gate scores every encoder for every clip."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from blemore_cli.model.projection import EncoderProjections


class AttentionGate(nn.Module):
    """Scores encoders by additive attention over keys of their own.

    The gate reads the raw features through its own projection. Reading the latents that it weighs instead ties two
    tasks, to represent the emotion and to judge the evidence, to one map, and finds far fewer informative encoders.

    Score: `q_e . tanh(W_e x_e + a_e) / sqrt(d_gate) + b_e`, with one query per encoder;
    Bahdanau et al. 2015 (arXiv 1409.0473), section A.1.2.

    Queries start at zero, so that all encoders start equal. Random ones would give every clip a random ranking, which
    wide encoders do not unlearn from the training clips that there are.

    Shapes:
        features: E tensors (..., B, D_e). Output: (..., B, E), unbounded scores.

    Args:
        widths: D_e of each encoder.
        d_gate: Width of the keys.
        generator: Source of the initial weights.
    """

    def __init__(self, widths: Sequence[int], d_gate: int, *, generator: torch.Generator) -> None:
        super().__init__()
        self.keys = EncoderProjections(widths, d_gate, generator=generator)
        self.query = nn.Parameter(torch.zeros(len(widths), d_gate))
        self.bias = nn.Parameter(torch.zeros(len(widths)))

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Scores every encoder."""
        keys = torch.tanh(self.keys(features))  # (..., B, E, d_gate)
        query = self.query.unsqueeze(-3) / math.sqrt(self.query.shape[-1])
        return (keys * query).sum(-1) + self.bias.unsqueeze(-2)
