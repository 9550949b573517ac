"""Attention gate, the second arrow: each encoder is scored from its features."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from blemore_cli.model.gate.base import Gate
from blemore_cli.model.projection import EncoderProjections


class AttentionGate(Gate):
    """Scores each encoder by additive attention over a key that is projected from its features.

    The gate reads the raw features through its own projection. Reading the latents that it weighs instead ties two
    tasks, to represent the emotion and to judge the evidence, to one map, and finds far fewer informative encoders.

    Score: `q_e . tanh(W_e x_e + a_e) / sqrt(d_gate) + b_e`, with one query per encoder;
    Bahdanau et al. 2015 (arXiv 1409.0473), section A.1.2.
    """

    def __init__(self, widths: Sequence[int], view: Sequence[int], d_gate: int, *, generator: torch.Generator) -> None:
        super().__init__(widths, view, d_gate, generator=generator)
        self.keys = EncoderProjections(widths, d_gate, generator=generator)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Scores every encoder."""
        return self.scores(self.keys(features))

    def scores(self, keys: Tensor) -> Tensor:
        """Scores (..., B, E) from the keys (..., B, E, d_gate), which are linear in the features."""
        query = self.query.unsqueeze(-3) / math.sqrt(self.query.shape[-1])
        return (torch.tanh(keys) * query).sum(-1) + self.bias.unsqueeze(-2)
