"""Abstract base of fusion rules, with the fusion weights and the dropout that all of them share."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from blemore_cli.core.choices import TopN


class Fusion(nn.Module, ABC):
    """From the latents of the selected encoders to one fused latent.

    A child writes `forward`, and changes the other methods where it must. Its hyperparameters are further keyword-only
    parameters of its constructor, with their defaults; `model.fusion_options` sets them. Every operation must take
    leading dimensions, because stacked models are trained as one tensor program.

    Shapes:
        latents: (..., B, E, d). weights: (..., B, E), summing to 1, 0 where not selected. Output: (..., B, n_places d).

    Args:
        n_encoders: Number of encoders E.
        n_kept: Most encoders that the selection keeps for a clip.
        d_latent: Width d of the latents.
        generator: Source of initial weights.

    Attributes:
        n_places: Latents side by side in the output.
    """

    n_places: int = 1

    def __init__(self, n_encoders: int, n_kept: int, d_latent: int, *, generator: torch.Generator) -> None:  # noqa: ARG002
        super().__init__()

    def votes(self, scores: Tensor, kept: Tensor) -> Tensor:  # noqa: ARG002
        """Logits of the fusion weights, from gate scores and bool (..., B, E): if not overridden, the scores."""
        return scores

    @abstractmethod
    def forward(self, latents: Tensor, weights: Tensor) -> Tensor:
        """Fuses (..., B, E, d) latents by (..., B, E) weights to (..., B, n_places d)."""

    @classmethod
    def stack_key(cls, n_kept: TopN | str) -> object:  # noqa: ARG003
        """What models must agree in to be stacked, beside their configurations without the selection; here nothing.

        It depends on the encoders kept for a clip, a number, `auto` or `all`, and is anything that JSON can write.
        """
        return None


def fusion_weights(scores: Tensor, kept: Tensor, temperature: float = 1.0) -> Tensor:
    """Softmax of the scores over the kept encoders.

    Args:
        scores: (..., B, E) gate scores.
        kept: (..., B, E) bool.
        temperature: Positive; larger is closer to uniform.

    Returns:
        (..., B, E) weights in [0, 1] that sum to 1 over the kept encoders, where there are any, and are 0 elsewhere.
    """
    is_left_out = ~kept
    is_empty = is_left_out.all(-1, keepdim=True)  # without it, a softmax over nothing would be NaN
    weights = torch.softmax((scores / temperature).masked_fill(is_left_out & ~is_empty, -torch.inf), dim=-1)
    return weights.masked_fill(is_empty, 0.0)


def dropped(fused: Tensor, drops: Tensor, share: float) -> Tensor:
    """Inverted dropout with given draws: zero where a draw is below `share`, else scaled by 1 / (1 - share).

    Source: Srivastava et al. 2014, Dropout, JMLR 15, section 10, scaled in training instead of at test time.

    Args:
        fused: (..., B, n d) latents, n of them side by side; a coordinate is dropped from all of them or from none.
        drops: (..., B, d) uniform in (0, 1).
        share: Share to drop, in [0, 1).
    """
    places = fused.reshape(*drops.shape[:-1], -1, drops.shape[-1])  # (..., B, n, d)
    return dropped_places(places, drops, share).flatten(-2)


def dropped_places(latents: Tensor, drops: Tensor, share: float) -> Tensor:
    """The same for latents (..., B, n, d), which keep their order in memory."""
    return latents * ((drops >= share) / (1 - share)).unsqueeze(-2)
