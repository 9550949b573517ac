"""Fusion by concatenation: the heads see what the first encoder says apart from what the second says."""

import torch
from torch import Tensor

from blemore_cli.model.fusion.weighted import WeightedFusion


class ConcatFusion(WeightedFusion):
    """The kept latents side by side in the order of their weights, each multiplied by its weight.

    The weight gives the gate its gradient. Places beyond the available encoders are 0. Where more than n are fused,
    as in the warm-up, the last place holds the sum of the rest: the places always sum to the weighted mean.

    Args:
        n_places: Most encoders kept, n.
    """

    def __init__(self, n_places: int) -> None:
        super().__init__()
        self.n_places = n_places

    def forward(self, latents: Tensor, weights: Tensor) -> Tensor:
        """Concatenates: (..., B, E, d) and (..., B, E) to (..., B, n d)."""
        order = weights.argsort(dim=-1, descending=True, stable=True).unsqueeze(-1)  # (..., B, E, 1)
        best_first = torch.take_along_dim(weights.unsqueeze(-1) * latents, order, dim=-2)  # (..., B, E, d)
        first, rest = best_first[..., : self.n_places - 1, :], best_first[..., self.n_places - 1 :, :]
        return torch.cat([first, rest.sum(-2, keepdim=True)], dim=-2).flatten(-2)
