"""Adam and AdamW, by the fused functions of torch.

The classes of `torch.optim` do the same, and import torch's compiler, which takes each process a second.
"""

from collections.abc import Callable, Iterable
from typing import Final, Self

import torch
from torch import Tensor
from torch.optim.adam import adam
from torch.optim.adamw import adamw

from blemore_cli.core.config.schema import TrainConfig

BETAS: Final = 0.9, 0.999
EPSILON: Final = 1e-8


class Adam:
    """Optimiser of some weights; those without a gradient stay as they are.

    Source: Kingma and Ba 2015 (arXiv 1412.6980); Loshchilov and Hutter 2019 (arXiv 1711.05101), for AdamW.

    Args:
        weights: Tensors that have, or get, a gradient.
        learning_rate: Of all steps.
        weight_decay: Share of a weight, times the learning rate, that a step takes from it; without `decoupled` the
            factor of half the squared norm that the loss is added.
        decoupled: Whether it is AdamW.
    """

    def __init__(
        self, weights: Iterable[Tensor], *, learning_rate: float, weight_decay: float, decoupled: bool = True
    ) -> None:
        self._weights = list(weights)
        self._learning_rate, self._weight_decay, self._decoupled = learning_rate, weight_decay, decoupled
        self._mean = [torch.zeros_like(weight, requires_grad=False) for weight in self._weights]
        self._square = [torch.zeros_like(weight, requires_grad=False) for weight in self._weights]
        self._n_steps = [torch.zeros((), device=weight.device) for weight in self._weights]

    @torch.no_grad()
    def step(self) -> None:
        """Changes the weights by their gradients."""
        state = zip(self._weights, self._mean, self._square, self._n_steps, strict=True)
        moved = [(weight, weight.grad, *moments) for weight, *moments in state if weight.grad is not None]
        if not moved:
            return
        weights, gradients, mean, square, n_steps = (list(part) for part in zip(*moved, strict=True))
        (adamw if self._decoupled else adam)(
            weights,
            gradients,
            mean,
            square,
            [],
            n_steps,
            fused=True,  # the other variants read the weights from memory several times
            amsgrad=False,
            beta1=BETAS[0],
            beta2=BETAS[1],
            lr=self._learning_rate,
            weight_decay=self._weight_decay,
            eps=EPSILON,
            maximize=False,
        )

    def clear_gradients(self) -> None:
        """Forgets the gradients."""
        for weight in self._weights:
            weight.grad = None

    def continued(self, weights: Iterable[Tensor], kept: Callable[[Tensor], Tensor]) -> Self:
        """An optimiser of other weights, such as some of these, that goes on with the moments of these.

        Args:
            weights: As many tensors as there are.
            kept: From a tensor shaped like one of the old weights to one shaped like the new.
        """
        result = type(self)(
            weights,
            learning_rate=self._learning_rate,
            weight_decay=self._weight_decay,
            decoupled=self._decoupled,
        )
        result._mean, result._square = [*map(kept, self._mean)], [*map(kept, self._square)]
        result._n_steps = [n_steps.clone() for n_steps in self._n_steps]
        return result


def adam_of(weights: Iterable[Tensor], config: TrainConfig) -> Adam:
    """The optimiser of a configuration."""
    return Adam(
        weights,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        decoupled=config.optimiser == "adamw",
    )
