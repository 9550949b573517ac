"""Mixture of heads: the mean of a structured and an unstructured distribution over the permitted labels.

The structured head shares strength between labels and errs where its structure does; the softmax over the labels has
no structure and errs by noise. Their errors differ, so the mean of their probabilities is better than either.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

import torch
from torch import Tensor, nn

from blemore_cli.model.heads.base import ProbabilityHeads, linear_pool
from blemore_cli.model.heads.decoupled import DecoupledHeads
from blemore_cli.model.heads.softmax import SoftmaxLabels

MEMBERS: Final[Sequence[type[ProbabilityHeads]]] = (DecoupledHeads, SoftmaxLabels)


class MixtureHeads(ProbabilityHeads):
    """Several heads on the same fused latents, each trained by its own likelihood, whose probabilities are averaged.

    Attributes:
        members: The heads, M of them.
    """

    n_members: ClassVar[int] = len(MEMBERS)

    def __init__(self, d_in: int, *, generator: torch.Generator) -> None:
        super().__init__(d_in, generator=generator)
        self.members = nn.ModuleList(kind(d_in, generator=generator) for kind in MEMBERS)

    def head_log_probs(self, fused: Tensor) -> Tensor:
        """The prediction of each member: (..., M, B, 36) log probabilities."""
        return torch.stack([member(fused) for member in self.members], dim=-3)

    def forward(self, fused: Tensor) -> Tensor:
        """Averages the members' distributions. Source: Stone 1961, as in `heads.base`."""
        return linear_pool(self.head_log_probs(fused))
