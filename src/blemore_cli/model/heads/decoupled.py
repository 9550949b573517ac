"""Decoupled heads, the last arrows: presence and salience, joined in one distribution over the permitted labels.

Presence is a distribution over the 16 permitted emotion sets; salience is a distribution over the three ratios given
a pair. Their product by the chain rule, P(label) = P(set) * P(ratio | set), is aligned by construction: a blend gets
what its set has, no more and no less.

What pairs share is summed by products with constant matrices: quicker than indexing, above all backward and on a GPU,
and the same for stacked models.
"""

from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from blemore_cli.core.labels import BLENDABLE, EMOTIONS, LABELS, N_EMOTIONS, PAIRS, SETS
from blemore_cli.model.heads.base import ProbabilityHeads
from blemore_cli.model.linear import Linear, side_by_side


@cache
def _terms_of_set() -> Tensor:
    """(21, 16) 0/1, which terms the logit of a set is the sum of."""
    single = [[one == (emotion,) for one in SETS] for emotion in EMOTIONS]
    shared = [[one in PAIRS and emotion in one for one in SETS] for emotion in BLENDABLE]
    pair = [[one == couple for one in SETS] for couple in PAIRS]
    return torch.tensor([*single, *shared, *pair], dtype=torch.float32)


@cache
def _leads() -> Tensor:
    """(5, 20) -1, 0 or 1, from strengths to t of the 10 pairs, and to -t."""
    lead = [[(emotion == first) - (emotion == second) for first, second in PAIRS] for emotion in BLENDABLE]
    leads = torch.tensor(lead, dtype=torch.float32)
    return torch.cat([leads, -leads], dim=-1)


class PresenceHead(nn.Module):
    """Log probability of each permitted emotion set.

    The logit of a single emotion is a term of its own. That of a pair is the sum of two emotion terms, which the pairs
    of an emotion share, and a pair term: weight decay then prefers what the pairs have in common.

    Shapes:
        fused: (..., B, d). Output: (..., B, 16) in the order of `labels.SETS`.

    Attributes:
        terms: The 6 single terms, the 5 emotion terms and the 10 pair terms, in this order.
    """

    def __init__(self, d_latent: int, *, generator: torch.Generator) -> None:
        super().__init__()
        n_terms = (N_EMOTIONS, len(BLENDABLE), len(PAIRS))
        self.terms = side_by_side([Linear(d_latent, n, generator=generator) for n in n_terms])

    def forward(self, fused: Tensor) -> Tensor:
        """Scores the sets and normalises them."""
        return F.log_softmax(self.terms(fused) @ _terms_of_set().to(fused), dim=-1)


class SalienceHead(nn.Module):
    """Log probability of each ratio given a pair, by ordered cut points on the difference of two strengths.

    With `t = strength(first) - strength(second)` and a learned cut `c > 0`:
    P(30/70) = sigmoid(-c - t), P(70/30) = sigmoid(t - c), P(50/50) = 1 - both: the cumulative logit model.
    Source: McCullagh 1980, Regression models for ordinal data, JRSS B 42(2), eq. 2.3.

    Shapes:
        fused: (..., B, d). Output: (..., B, 10, 3) in the order of `labels.PAIRS` and `labels.RATIOS`.

    Attributes:
        strength: The strengths of the 5 emotions that blend.
        log_cut: (1,) log c.
    """

    def __init__(self, d_latent: int, *, generator: torch.Generator) -> None:
        super().__init__()
        self.strength = Linear(d_latent, len(BLENDABLE), generator=generator)
        self.log_cut = nn.Parameter(torch.full((1,), -0.37))  # cut 0.69: the three ratios start out equally likely

    def forward(self, fused: Tensor) -> Tensor:
        """Compares the strengths of every pair."""
        cut = self.log_cut.exp().unsqueeze(-1)
        dominant = F.logsigmoid(self.strength(fused) @ _leads().to(fused) - cut)  # (..., B, 20)
        first, second = dominant.chunk(2, dim=-1)  # (..., B, 10): 70/30 and 30/70
        # sigmoid(c - t) - sigmoid(-c - t) = sigmoid(t - c) * sigmoid(-t - c) * (exp(2c) - 1) keeps both tails exact
        equal = first + second + torch.log(torch.expm1(2 * cut))
        return torch.stack([equal, first, second], dim=-1)


def joint_log_prob(presence: Tensor, salience: Tensor) -> Tensor:
    """Fuses both heads at probability level: log P(label) = log P(set) + log P(ratio | set).

    Args:
        presence: (..., B, 16) log probabilities of the sets.
        salience: (..., B, 10, 3) log probabilities of the ratios given each pair.

    Returns:
        (..., B, 36) log probabilities in the order of `labels.LABELS`.
    """
    single, pair = torch.split(presence, [N_EMOTIONS, len(PAIRS)], dim=-1)
    blends = (pair.unsqueeze(-1) + salience).flatten(-2)  # (..., B, 30)
    return torch.cat([single, blends], dim=-1)


@cache
def _logits(dtype: torch.dtype, device: torch.device) -> Tensor:
    """(27, 36) from 21 terms, 5 strengths and the cut to the logits of the 16 sets and of the 20 leads beyond it."""
    of_set, leads = _terms_of_set(), _leads()
    logits = torch.zeros(len(of_set) + len(leads) + 1, len(SETS) + 2 * len(PAIRS), dtype=dtype)
    logits[: len(of_set), : len(SETS)] = of_set
    logits[len(of_set) : -1, len(SETS) :] = leads
    logits[-1, len(SETS) :] = -1
    return logits.to(device)


@cache
def _labels(dtype: torch.dtype, device: torch.device) -> Tensor:
    """(37, 36) 0/1, which of 16 sets, 20 leads and the constant of 50/50 the log probability of a label sums."""
    parts = [
        [label.emotions == one for one in SETS]
        + [label.emotions == pair and label.saliences_pct != (30, 70) for pair in PAIRS]
        + [label.emotions == pair and label.saliences_pct != (70, 30) for pair in PAIRS]
        + [label.saliences_pct == (50, 50)]
        for label in LABELS
    ]
    return torch.tensor(parts, dtype=dtype, device=device).T.contiguous()


class DecoupledHeads(ProbabilityHeads):
    """Presence and salience by separate heads, joined into log probabilities of the permitted labels.

    `joint_log_prob` of both heads is the plain reference. The forward is the same by three products: all that is linear
    before the logarithms is one map of the latents, and all that is linear after them one sum.
    """

    def __init__(self, d_in: int, *, generator: torch.Generator) -> None:
        super().__init__(d_in, generator=generator)
        self.presence = PresenceHead(d_in, generator=generator)
        self.salience = SalienceHead(d_in, generator=generator)

    def forward(self, fused: Tensor) -> Tensor:
        """Predicts both and multiplies the probabilities."""
        terms, strength, cut = self.presence.terms, self.salience.strength, self.salience.log_cut.exp()
        logits, labels = (constant(fused.dtype, fused.device) for constant in (_logits, _labels))
        weight = _product(torch.cat([terms.weight, strength.weight], dim=-1), logits[:-1])  # (..., d, 36)
        bias = _product(torch.cat([terms.bias, strength.bias, cut], dim=-1).unsqueeze(-2), logits)  # (..., 1, 36)
        sets, leads = torch.split(fused @ weight + bias, [len(SETS), 2 * len(PAIRS)], dim=-1)
        equal = torch.log(torch.expm1(2 * cut)).unsqueeze(-2).expand(*fused.shape[:-1], 1)
        return _product(torch.cat([F.log_softmax(sets, dim=-1), F.logsigmoid(leads), equal], dim=-1), labels)


def _product(x: Tensor, constant: Tensor) -> Tensor:
    """The products of matrices (..., m, n) with one (n, k), each by itself: none depends on how many there are."""
    return x @ constant.expand(*x.shape[:-2], *constant.shape)
