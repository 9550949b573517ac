"""Abstract base of heads, which map fused latents to distributions over labels."""

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
    """

    n_outputs: ClassVar[int] = N_LABELS

    def __init__(self, d_in: int, *, generator: torch.Generator) -> None:  # noqa: ARG002
        super().__init__()

    @abstractmethod
    def forward(self, fused: Tensor) -> Tensor:
        """Predicts (..., B, K) log probabilities."""

    def head_log_probs(self, fused: Tensor) -> Tensor:
        """The predictions of each of M heads, (..., M, B, K) log probabilities; each learns by its own likelihood."""
        log_prob: Tensor = self(fused)
        return log_prob.unsqueeze(-3)
