"""Running average of the weights, which is the trained model."""

from collections.abc import Iterable
from typing import Final

import torch
from torch import Tensor

AVERAGING: Final = 9
"""Polynomial decay of the weight average: after t steps the newest weights count (AVERAGING + 1) / (AVERAGING + t)."""


class WeightAverage:
    """The running average of the weights. It forgets the noise of single batches and follows the recent tenth.

    Source: Shamir and Zhang 2013 (arXiv 1212.1824), section 4, polynomial-decay averaging.

    Args:
        weights: The weights while they are trained.
        enabled: Whether to average; otherwise the newest weights are followed.

    Attributes:
        values: The average of each.
    """

    def __init__(self, weights: Iterable[Tensor], *, enabled: bool) -> None:
        self._weights = [weight.detach() for weight in weights]
        self.values = [weight.clone() for weight in self._weights]
        self._enabled, self._n_steps = enabled, 0

    @torch.no_grad()
    def update(self) -> None:
        """Takes the newest weights in."""
        self._n_steps += 1
        share = (AVERAGING + 1) / (AVERAGING + self._n_steps) if self._enabled else 1.0
        for average, newest in zip(self.values, self._weights, strict=True):
            average.lerp_(newest, share)

    def replace(self, weights: Iterable[Tensor], values: Iterable[Tensor]) -> None:
        """Goes on with other weights and averages, such as those of some of stacked models."""
        self._weights, self.values = [weight.detach() for weight in weights], list(values)
