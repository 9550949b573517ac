"""Optimiser of a training, and the running average of the weights that is the trained model."""

from collections.abc import Callable, Iterable
from typing import Final

import torch
from torch import Tensor

from blemore_cli.core.config.schema import TrainConfig

AVERAGING: Final = 9
"""Polynomial decay of the weight average: after t steps the newest weights count (AVERAGING + 1) / (AVERAGING + t)."""


def new_optimiser(weights: Iterable[Tensor], config: TrainConfig) -> torch.optim.Optimizer:
    """AdamW or Adam; fused, because the other variants read the weights from memory several times."""
    kind = torch.optim.AdamW if config.optimiser == "adamw" else torch.optim.Adam
    return kind(list(weights), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True)


def continued_optimiser(
    optimiser: torch.optim.Optimizer,
    before: Tensor,
    after: Tensor,
    kept: Callable[[Tensor], Tensor],
    config: TrainConfig,
) -> torch.optim.Optimizer:
    """An optimiser of some of the weights that goes on with their moments.

    Args:
        optimiser: That of all weights.
        before: Their vector, its parameter.
        after: The vector of those that stay.
        kept: From a vector like `before` to one like `after`.
        config: As for `new_optimiser`.
    """
    result = new_optimiser([after], config)
    moments = optimiser.state[before].items()
    result.state[after] = {name: kept(value) if value.ndim else value for name, value in moments}  # the step has none
    return result


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
