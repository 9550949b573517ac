"""Unsupervised adaptation: a loss that draws the fused latents of training rows and unlabelled target rows together.

No label and no pseudo-label of a target row is used. `coral.py`, `mmd.py` and `dann.py` hold a method each.
"""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn

from blemore_cli.core.choices import Adaptation
from blemore_cli.training.adaptation.coral import coral_loss
from blemore_cli.training.adaptation.dann import DomainAdversary
from blemore_cli.training.adaptation.mmd import mmd_loss

DomainLoss = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
"""From source (..., B, d), target (..., M, d) and their shares (..., B) and (..., M) to one loss (...,) a model."""

CLOSED_FORM: Final[dict[Adaptation, DomainLoss]] = {"coral": coral_loss, "mmd": mmd_loss}
"""The methods that have nothing to learn."""


class Alignment(nn.Module):
    """A method without parameters in the form that all methods have, a module with the call of a `DomainLoss`."""

    def __init__(self, loss: DomainLoss) -> None:
        super().__init__()
        self._loss = loss

    def forward(self, source: Tensor, target: Tensor, source_share: Tensor, target_share: Tensor) -> Tensor:
        """Measures how far the domains are apart: (...,), 0 or more."""
        return self._loss(source, target, source_share, target_share)


def new_adapter(method: Adaptation, d_latent: int, *, generator: torch.Generator) -> nn.Module | None:
    """Builds the adaptation loss of a training.

    Its parameters, if it has any, are trained with the network's. They and all inputs may carry leading dimensions, so
    that R stacked models adapt in one program.

    Args:
        method: How the domains are compared.
        d_latent: Width d of the fused latents.
        generator: Source of initial weights.

    Returns:
        A module with the call of a `DomainLoss`; None for the method "none".

    Examples:
        >>> generator = torch.Generator().manual_seed(0)
        >>> new_adapter("none", 32, generator=generator) is None
        True
        >>> sum(each.numel() for each in new_adapter("dann", 32, generator=generator).parameters())
        1089
    """
    if method == "none":
        return None
    if method == "dann":
        return DomainAdversary(d_latent, generator=generator)
    return Alignment(CLOSED_FORM[method])
