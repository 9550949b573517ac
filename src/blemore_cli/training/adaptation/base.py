"""Abstract base of adaptation methods: a loss that draws source and target domain together.

No label and no pseudo-label of a target row is used by the methods here.
"""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from blemore_cli.model.network import Output


class Adapter(nn.Module, ABC):
    """Loss of the distance between a network's outputs on training rows and on unlabelled target rows.

    A child writes `forward`. Its hyperparameters are further keyword-only parameters of its constructor, with their
    defaults; `adapt.options` sets them. Inputs and parameters may carry leading dimensions, so that R stacked models
    adapt in one program. Rows with share 0 are padding and must not count: `training.stacking.padding.zero_padding`.

    Args:
        d_fused: Width d of the fused latents.
        generator: Source of initial weights.
    """

    def __init__(self, d_fused: int, *, generator: torch.Generator) -> None:  # noqa: ARG002
        super().__init__()

    @abstractmethod
    def forward(self, source: Output, target: Output, source_share: Tensor, target_share: Tensor) -> Tensor:
        """Compares the domains.

        Args:
            source: The network's output for B training rows.
            target: The network's output for M unlabelled target rows.
            source_share: (..., B) share of each row in its batch's mean, 0 for padding.
            target_share: (..., M) likewise.

        Returns:
            (...,) loss, 0 or more: one for each model.
        """
