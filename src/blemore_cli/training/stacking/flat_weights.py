"""Flat vector of a stack's weights, so that the optimiser and the average are one operation each, not dozens."""

from collections.abc import Mapping, Sequence
from typing import Final, Self

import torch
from torch import Tensor, nn

FULL: Final = 16
"""The vector is filled up to a multiple of this, so that no weight is in the remainder that the processor's vector
instructions leave over: its rounding is another, and equal models would differ by their place in the stack."""

MOST_WEIGHTS: Final = 4_000_000
"""Weights in a stack: beyond it, weights and their gradients leave the cache, and stacking loses."""


class FlatWeights:
    """Named tensors that share the memory of one vector, and gradients that share that of another.

    Args:
        weights: Tensors by name; they are copied.

    Attributes:
        vector: All of them, with a gradient that is never None; the optimiser's only parameter.
        named: Each by name, for the forward; the backward adds to `vector.grad`.

    Examples:
        >>> weights = FlatWeights({"a": torch.ones(2, 3), "b": torch.zeros(2)})
        >>> weights.vector.shape, weights.named["a"].shape
        (torch.Size([16]), torch.Size([2, 3]))
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self._shapes = {name: weight.shape for name, weight in weights.items()}
        self.vector = nn.Parameter(_filled([weight.detach() for weight in weights.values()]))
        self._gradient = torch.zeros_like(self.vector, requires_grad=False)
        self.vector.grad = self._gradient
        self.named = {name: nn.Parameter(part) for name, part in self.cut(self.vector.detach()).items()}
        for name, part in self.cut(self._gradient).items():
            self.named[name].grad = part

    def clear_gradients(self) -> None:
        """Sets the gradients to zero, in the memory that they share."""
        self._gradient.zero_()

    def cut(self, vector: Tensor) -> dict[str, Tensor]:
        """Views of any vector of this layout, by name."""
        sizes = [shape.numel() for shape in self._shapes.values()]
        parts = torch.split(vector[: sum(sizes)], sizes)
        return {name: part.view(shape) for (name, shape), part in zip(self._shapes.items(), parts, strict=True)}

    def rows(self, vector: Tensor, index: Tensor) -> Tensor:
        """A vector of this layout with some of the models only, which are the first dimension of each tensor."""
        return _filled([part[index] for part in self.cut(vector).values()])

    def keep(self, index: Tensor) -> Self:
        """The weights of some of the models."""
        return type(self)({name: weight.detach()[index] for name, weight in self.named.items()})


def assign(module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Replaces parameters and buffers of a module, by their dotted names, without copying."""
    for name, tensor in tensors.items():
        owner, _, attribute = name.rpartition(".")
        setattr(module.get_submodule(owner), attribute, tensor)


def _filled(parts: Sequence[Tensor]) -> Tensor:
    """All parts in one vector, with zeros at its end."""
    flat = torch.cat([part.flatten() for part in parts])
    return torch.cat([flat, flat.new_zeros(-len(flat) % FULL)])
