"""The heads by their names in the configuration."""

from typing import Final

import torch

from blemore_cli.core.choices import Heads
from blemore_cli.model.heads.decoupled import DecoupledHeads
from blemore_cli.model.heads.mixture import MixtureHeads
from blemore_cli.model.heads.pooling import ProbabilityHeads
from blemore_cli.model.heads.softmax import SoftmaxEmotions, SoftmaxLabels

HEADS: Final[dict[Heads, type[DecoupledHeads | SoftmaxLabels | SoftmaxEmotions | MixtureHeads]]] = {
    "decoupled": DecoupledHeads,
    "softmax_labels": SoftmaxLabels,
    "softmax_emotions": SoftmaxEmotions,
    "mixture": MixtureHeads,
}


def build_heads(heads: Heads, d_in: int, *, generator: torch.Generator) -> ProbabilityHeads:
    """Builds heads with initial weights.

    Args:
        heads: Their name.
        d_in: Width d of what they read.
        generator: Source of the initial weights.

    Returns:
        A module from (..., B, d) to log probabilities (..., B, K): K = 36 permitted labels, or 6 emotions.

    Examples:
        >>> heads = build_heads("softmax_emotions", 4, generator=torch.Generator().manual_seed(0))
        >>> heads(torch.zeros(2, 4)).exp().sum(-1)
        tensor([1.0000, 1.0000], grad_fn=<SumBackward1>)
    """
    return HEADS[heads](d_in, generator=generator)
