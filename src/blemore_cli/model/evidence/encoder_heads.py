"""Heads for each encoder: E sets of the same heads with different weights, as one tensor program."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from blemore_cli.model.heads.base import ProbabilityHeads


class EncoderHeads(nn.Module):
    """From the latents of every encoder to a distribution of each.

    Shapes:
        latents: (..., B, E, d). Output: (..., B, E, M, K) log probabilities of the M members of the heads.

    Args:
        n_encoders: Number of encoders E.
        new_heads: Makes the heads of one encoder, with new initial weights each time.

    Attributes:
        n_members: M.
        heads: Heads whose parameters and buffers have a leading dimension E.
    """

    def __init__(self, n_encoders: int, new_heads: Callable[[], ProbabilityHeads]) -> None:
        super().__init__()
        heads = [new_heads() for _ in range(n_encoders)]
        self.n_members = heads[0].n_members
        self.heads = stacked(heads)

    def forward(self, latents: Tensor) -> Tensor:
        """Predicts from each encoder alone."""
        by_encoder: Tensor = self.heads.head_log_probs(latents.transpose(-3, -2))  # (..., E, M, B, K)
        return by_encoder.movedim(-2, -4)


def stacked(modules: Sequence[ProbabilityHeads]) -> ProbabilityHeads:
    """The first of several alike modules, with the parameters and buffers of all in a new first dimension."""
    first = modules[0]
    for path, part in list(first.named_modules()):
        others = [module.get_submodule(path) for module in modules]
        for name in dict(part.named_parameters(recurse=False)):
            setattr(part, name, nn.Parameter(torch.stack([getattr(other, name).detach() for other in others])))
        for name in dict(part.named_buffers(recurse=False)):
            setattr(part, name, torch.stack([getattr(other, name) for other in others]))
    return first
