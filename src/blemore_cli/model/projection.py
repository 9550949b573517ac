"""Projections of the encoders' features into one shared latent space, the first arrow."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from blemore_cli.model.linear import Linear


class EncoderProjections(nn.Module):
    """One linear map per encoder, from its own width to the shared one.

    Shapes:
        features: E tensors (..., B, D_e). Output: (..., B, E, d).

    Args:
        widths: D_e of each encoder.
        d_out: Shared width d.
        generator: Source of the initial weights.
    """

    def __init__(self, widths: Sequence[int], d_out: int, *, generator: torch.Generator) -> None:
        super().__init__()
        self.d_out = d_out
        self.maps = nn.ModuleList(Linear(width, d_out, generator=generator) for width in widths)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Projects every encoder; in memory the clips of an encoder are side by side, as they are computed."""
        latents = torch.stack([project(x) for project, x in zip(self.maps, features, strict=True)], dim=-3)
        return latents.transpose(-3, -2)
