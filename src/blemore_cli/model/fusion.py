"""The fourth arrow: fusion weights over the kept encoders, and the weighted mean of their latents."""

import torch
from torch import Tensor


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
        fused: (..., B, d) latents.
        drops: (..., B, d) uniform in (0, 1).
        share: Share to drop, in [0, 1).
    """
    return fused * (drops >= share) / (1 - share)
