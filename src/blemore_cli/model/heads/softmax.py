"""Heads that are one softmax: over the permitted labels, or over the six emotions as the organisers have it."""

import torch
from torch import Tensor
from torch.nn import functional as F

from blemore_cli.core.labels import N_EMOTIONS, N_LABELS
from blemore_cli.model.heads.pooling import ProbabilityHeads
from blemore_cli.model.linear import Linear


class _Softmax(ProbabilityHeads):
    """Log probability of each of K classes.

    Shapes:
        fused: (..., B, d). Output: (..., B, K).
    """

    def __init__(self, d_in: int, n_classes: int, *, generator: torch.Generator) -> None:
        super().__init__()
        self.logits = Linear(d_in, n_classes, generator=generator)

    def forward(self, fused: Tensor) -> Tensor:
        """Scores the classes and normalises them."""
        return F.log_softmax(self.logits(fused), dim=-1)


class SoftmaxLabels(_Softmax):
    """Log probability of each permitted label, without the structure of `heads.DecoupledHeads`.

    Shapes:
        fused: (..., B, d). Output: (..., B, 36) in the order of `labels.LABELS`.
    """

    def __init__(self, d_in: int, *, generator: torch.Generator) -> None:
        super().__init__(d_in, N_LABELS, generator=generator)


class SoftmaxEmotions(_Softmax):
    """The organisers' output: six numbers that are trained to be the saliences of the emotions.

    As a distribution over labels it is one over the six singles, the first six labels. Its expected salience,
    `decoding.emotion_salience`, is then these six numbers themselves, to which the organisers' thresholds
    are applied; no other rule can find a blend in them.

    Shapes:
        fused: (..., B, d). Output: (..., B, 6) in the order of `labels.EMOTIONS`.
    """

    def __init__(self, d_in: int, *, generator: torch.Generator) -> None:
        super().__init__(d_in, N_EMOTIONS, generator=generator)
