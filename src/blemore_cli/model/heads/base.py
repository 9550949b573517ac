"""Abstract base of heads, from fused latents to distributions over labels, and the linear pool of several."""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor, nn

from blemore_cli.core.labels import N_LABELS


class ProbabilityHeads(nn.Module, ABC):
    """From fused latents to log probabilities. A child writes `forward`.

    Its hyperparameters are further keyword-only parameters of its constructor, with their defaults;
    `model.heads_options` sets them. Every operation must take leading dimensions, as in `model.fusion.base`.

    Shapes:
        fused: (..., B, d). Output: (..., B, K) log probabilities.

    Args:
        d_in: Width d of the fused latents.
        generator: Source of initial weights.

    Attributes:
        n_outputs: K, the 36 permitted labels in the order of `labels.LABELS`, or 6 emotions.
        n_members: M, the number of heads in `head_log_probs`.
    """

    n_outputs: ClassVar[int] = N_LABELS
    n_members: ClassVar[int] = 1

    def __init__(self, d_in: int, *, generator: torch.Generator) -> None:  # noqa: ARG002
        super().__init__()

    @abstractmethod
    def forward(self, fused: Tensor) -> Tensor:
        """Predicts (..., B, K) log probabilities."""

    def head_log_probs(self, fused: Tensor) -> Tensor:
        """The predictions of each of M heads, (..., M, B, K) log probabilities; each learns by its own likelihood."""
        log_prob: Tensor = self(fused)
        return log_prob.unsqueeze(-3)


def linear_pool(head_log_probs: Tensor) -> Tensor:
    """The mean of several distributions with equal weights.

    log P(k) = log (1/M sum_m P_m(k)). Its log loss is at most the mean of theirs, by Jensen's inequality.

    Source: Stone 1961, The opinion pool, Annals of Mathematical Statistics 32(4).

    Args:
        head_log_probs: (..., M, B, K) log probabilities.

    Returns:
        (..., B, K) log probabilities; those of a single head to the bit.

    Examples:
        >>> linear_pool(torch.tensor([[[0.2, 0.8]], [[0.6, 0.4]]]).log()).exp()
        tensor([[0.4000, 0.6000]])
    """
    n_heads = head_log_probs.shape[-3]
    if n_heads == 1:
        return head_log_probs.squeeze(-3)
    return torch.logsumexp(head_log_probs, dim=-3) - math.log(n_heads)
