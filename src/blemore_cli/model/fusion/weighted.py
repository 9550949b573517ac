"""Weighted fusion: the mean of the selected latents, weighted by the softmax of their gate scores."""

from torch import Tensor

from blemore_cli.model.fusion.base import Fusion


class WeightedFusion(Fusion):
    """The weighted mean of the selected latents. Source: arXiv 2605.21417."""

    def forward(self, latents: Tensor, weights: Tensor) -> Tensor:
        """Fuses (..., B, E, d) latents by (..., B, E) weights to (..., B, d)."""
        return (weights.unsqueeze(-1) * latents).sum(-2)  # as a matrix product it would be B tiny ones
