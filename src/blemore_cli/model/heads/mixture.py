"""A mixture of heads: structured and unstructured distributions over the permitted labels, averaged.

The structured head shares strength between labels and errs where its structure does; the softmax over the labels has
no structure and errs by noise. Their errors differ, so the mean of their probabilities is better than either.
"""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from blemore_cli.model.heads.decoupled import DecoupledHeads
from blemore_cli.model.heads.pooling import ProbabilityHeads, linear_pool
from blemore_cli.model.heads.softmax import SoftmaxLabels

MEMBERS: Final[Sequence[type[DecoupledHeads | SoftmaxLabels]]] = (DecoupledHeads, SoftmaxLabels)


class MixtureHeads(ProbabilityHeads):
    """Several heads on the same fused latents, each trained by its own likelihood, whose probabilities are averaged.

    Shapes:
        fused: (..., B, d). Output: (..., B, 36) in the order of `labels.LABELS`.

    Attributes:
        members: The heads, M of them.
    """

    def __init__(self, d_in: int, *, generator: torch.Generator) -> None:
        super().__init__()
        self.members = nn.ModuleList(kind(d_in, generator=generator) for kind in MEMBERS)

    def head_log_probs(self, fused: Tensor) -> Tensor:
        """What each member says: (..., M, B, 36) log probabilities."""
        return torch.stack([member(fused) for member in self.members], dim=-3)

    def forward(self, fused: Tensor) -> Tensor:
        """Averages what the members say."""
        return linear_pool(self.head_log_probs(fused))
