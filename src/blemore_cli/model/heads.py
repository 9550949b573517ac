"""The last arrows: presence head, salience head, and their fusion into one distribution over the permitted labels.

Presence is a distribution over the 16 permitted emotion sets; salience is a distribution over the three ratios given
a pair. Their product by the chain rule, P(label) = P(set) * P(ratio | set), is aligned by construction: a blend gets
what its set has, no more and no less.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from blemore_cli.core.labels import BLENDABLE, EMOTIONS, N_EMOTIONS, PAIRS
from blemore_cli.model.linear import Linear

FIRST: Final = [EMOTIONS.index(first) for first, _ in PAIRS]
SECOND: Final = [EMOTIONS.index(second) for _, second in PAIRS]


class PresenceHead(nn.Module):
    """Log probability of each permitted emotion set.

    The logit of a single emotion is a term of its own. That of a pair is the sum of two emotion terms, which the pairs
    of an emotion share, and a pair term: weight decay then prefers what the pairs have in common.

    Shapes:
        fused: (..., B, d). Output: (..., B, 16) in the order of `labels.SETS`.
    """

    def __init__(self, d_latent: int, *, generator: torch.Generator) -> None:
        super().__init__()
        self.single = Linear(d_latent, N_EMOTIONS, generator=generator)
        self.emotion = Linear(d_latent, len(BLENDABLE), generator=generator)
        self.pair = Linear(d_latent, len(PAIRS), generator=generator)

    def forward(self, fused: Tensor) -> Tensor:
        """Scores the sets and normalises them."""
        emotion = self.emotion(fused)  # (..., B, 5)
        pair = self.pair(fused) + emotion[..., FIRST] + emotion[..., SECOND]  # (..., B, 10)
        return F.log_softmax(torch.cat([self.single(fused), pair], dim=-1), dim=-1)


class SalienceHead(nn.Module):
    """Log probability of each ratio given a pair, by ordered cut points on the difference of two strengths.

    With `t = strength(first) - strength(second)` and a learned cut `c > 0`:
    P(30/70) = sigmoid(-c - t), P(70/30) = sigmoid(t - c), P(50/50) = 1 - both: the cumulative logit model.
    Source: McCullagh 1980, Regression models for ordinal data, JRSS B 42(2), eq. 2.3.

    Shapes:
        fused: (..., B, d). Output: (..., B, 10, 3) in the order of `labels.PAIRS` and `labels.RATIOS`.
    """

    def __init__(self, d_latent: int, *, generator: torch.Generator) -> None:
        super().__init__()
        self.strength = Linear(d_latent, len(BLENDABLE), generator=generator)
        self.log_cut = nn.Parameter(torch.full((1,), -0.37))  # cut 0.69: the three ratios start out equally likely

    def forward(self, fused: Tensor) -> Tensor:
        """Compares the strengths of every pair."""
        strength = self.strength(fused)  # (..., B, 5)
        lead = strength[..., FIRST] - strength[..., SECOND]  # (..., B, 10)
        cut = self.log_cut.exp().unsqueeze(-1)
        first, second = F.logsigmoid(lead - cut), F.logsigmoid(-lead - cut)
        # sigmoid(b) - sigmoid(a) = sigmoid(b) * sigmoid(-a) * (1 - exp(a - b)) with b - a = 2c keeps both tails exact
        equal = F.logsigmoid(cut - lead) + F.logsigmoid(lead + cut) + torch.log(-torch.expm1(-2 * cut))
        return torch.stack([equal, first, second], dim=-1)


def joint_log_prob(presence: Tensor, salience: Tensor) -> Tensor:
    """Fuses both heads at probability level: log P(label) = log P(set) + log P(ratio | set).

    Args:
        presence: (..., B, 16) log probabilities of the sets.
        salience: (..., B, 10, 3) log probabilities of the ratios given each pair.

    Returns:
        (..., B, 36) log probabilities in the order of `labels.LABELS`.
    """
    single, pair = presence[..., :N_EMOTIONS], presence[..., N_EMOTIONS:]
    blends = (pair.unsqueeze(-1) + salience).flatten(-2)  # (..., B, 30)
    return torch.cat([single, blends], dim=-1)
