"""The fourth arrow: fusion weights over the kept encoders, and the weighted mean of their latents.

What other rules do differently is in `rank_fusion.py` and `concat_fusion.py`.
"""

import torch
from torch import Tensor, nn


class WeightedFusion(nn.Module):
    """The weighted mean of the kept latents, by the softmax of their scores; the other rules change a step of it.

    Attributes:
        n_places: Latents side by side in what the heads read.
    """

    n_places: int = 1

    def votes(self, scores: Tensor, kept: Tensor) -> Tensor:  # noqa: ARG002 - read by the fusion by rank
        """What the fusion weights are the softmax of, from scores and bool (..., B, E): here the scores themselves."""
        return scores

    def forward(self, latents: Tensor, weights: Tensor) -> Tensor:
        """Fuses (..., B, E, d) latents by (..., B, E) weights to (..., B, d), or (..., B, n d) of n places."""
        return fuse(latents, weights)


def fusion_weights(scores: Tensor, kept: Tensor, temperature: float = 1.0) -> Tensor:
    """Softmax of the scores over the kept encoders.

    Args:
        scores: (..., B, E) gate scores.
        kept: (..., B, E) bool, at least one true in each row.
        temperature: Positive; larger is closer to uniform.

    Returns:
        (..., B, E) weights in [0, 1] that sum to 1 over the kept encoders and are 0 elsewhere.

    Examples:
        >>> fusion_weights(torch.zeros(1, 3), torch.tensor([[True, False, True]]))
        tensor([[0.5000, 0.0000, 0.5000]])
    """
    return torch.softmax((scores / temperature).masked_fill(~kept, -torch.inf), dim=-1)


def fuse(latents: Tensor, weights: Tensor) -> Tensor:
    """Weighted mean over encoders: (..., B, E, d) and (..., B, E) to (..., B, d)."""
    return (weights.unsqueeze(-1) * latents).sum(-2)  # as a matrix product it would be B tiny ones


def dropped(fused: Tensor, drops: Tensor, share: float) -> Tensor:
    """Inverted dropout with given draws: zero where a draw is below `share`, else scaled by 1 / (1 - share).

    Source: Srivastava et al. 2014, Dropout, JMLR 15, section 10, scaled in training instead of at test time.

    Args:
        fused: (..., B, n d) latents, n of them side by side; a coordinate is dropped from all of them or from none.
        drops: (..., B, d) uniform in (0, 1).
        share: Share to drop, in [0, 1).
    """
    places = fused.reshape(*drops.shape[:-1], -1, drops.shape[-1])  # (..., B, n, d)
    return (places * (drops >= share).unsqueeze(-2) / (1 - share)).flatten(-2)
