"""Softmax heads: over the permitted labels, or over the six emotions as the organisers have it."""

import torch
from torch import Tensor
from torch.nn import functional as F

from blemore_cli.core.labels import N_EMOTIONS
from blemore_cli.model.heads.base import ProbabilityHeads
from blemore_cli.model.linear import Linear


class _Softmax(ProbabilityHeads):
    """Log probability of each of K classes."""

    def __init__(self, d_in: int, *, generator: torch.Generator) -> None:
        super().__init__(d_in, generator=generator)
        self.logits = Linear(d_in, self.n_outputs, generator=generator)

    def forward(self, fused: Tensor) -> Tensor:
        """Scores the classes and normalises them."""
        return F.log_softmax(self.logits(fused), dim=-1)


class SoftmaxLabels(_Softmax):
    """Log probability of each permitted label, without the structure of `heads.decoupled`."""


class SoftmaxEmotions(_Softmax):
    """The organisers' output: six numbers that are trained to be the saliences of the emotions.

    As a distribution over labels it is one over the six singles, the first six labels. Its expected salience,
    `decoding.emotion_salience`, is then these six numbers themselves, to which the organisers' thresholds
    are applied; no other rule can find a blend in them. Source: arXiv 2601.13225.
    """

    n_outputs = N_EMOTIONS
