"""Concatenation fusion: the latents of the selected encoders side by side, in the order of their weights."""

import torch
from torch import Tensor

from blemore_cli.core.choices import TopN
from blemore_cli.model.fusion.base import Fusion


class ConcatFusion(Fusion):
    """The kept latents side by side in the order of their weights, each multiplied by its weight.

    The weight gives the gate its gradient. Places beyond the available encoders are 0. Where more than n are fused,
    as in the warm-up, the last place holds the sum of the rest: the places always sum to the weighted mean.
    """

    def __init__(self, n_encoders: int, n_kept: int, d_latent: int, *, generator: torch.Generator) -> None:
        super().__init__(n_encoders, n_kept, d_latent, generator=generator)
        self.n_places = n_kept

    @classmethod
    def stack_key(cls, n_kept: TopN | str) -> object:
        """The number of encoders kept, which is the width that the heads read."""
        return n_kept

    def forward(self, latents: Tensor, weights: Tensor) -> Tensor:
        """Concatenates: (..., B, E, d) and (..., B, E) to (..., B, n d)."""
        order = weights.argsort(dim=-1, descending=True, stable=True).unsqueeze(-1)  # (..., B, E, 1)
        best_first = torch.take_along_dim(weights.unsqueeze(-1) * latents, order, dim=-2)  # (..., B, E, d)
        first, rest = best_first[..., : self.n_places - 1, :], best_first[..., self.n_places - 1 :, :]
        return torch.cat([first, rest.sum(-2, keepdim=True)], dim=-2).flatten(-2)
