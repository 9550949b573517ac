"""Transformer fusion: a token for each selected encoder, attention among them, and their weighted mean."""

import math

import torch
from torch import Tensor, nn

from blemore_cli.core.errors import ConfigError
from blemore_cli.model.fusion.attention_layer import AttentionLayer
from blemore_cli.model.fusion.base import Fusion


class TransformerFusion(Fusion):
    """Layers of self-attention among the latents of the selected encoders, then their mean by the fusion weights.

    A control: what attention makes of the same latents. An encoder's token is its latent plus an embedding of the
    encoder; encoders without weight are not attended to, and have no part in the mean. The last layer's norm is left
    out, since the heads are trained behind it.

    Args:
        n_encoders, n_kept, d_latent, generator: As for every fusion.
        n_layers: Number of layers, at least one.

    Attributes:
        embedding: (E, d).

    Raises:
        ConfigError: If there is no layer.
    """

    def __init__(
        self, n_encoders: int, n_kept: int, d_latent: int, *, generator: torch.Generator, n_layers: int = 1
    ) -> None:
        super().__init__(n_encoders, n_kept, d_latent, generator=generator)
        if n_layers < 1:
            raise ConfigError(
                f"model.fusion_options: n_layers must be at least 1, got {n_layers}", fix="Set it to 1 or 2."
            )
        bound = 1 / math.sqrt(d_latent)
        self.embedding = nn.Parameter(torch.empty(n_encoders, d_latent).uniform_(-bound, bound, generator=generator))
        self.layers = nn.ModuleList(AttentionLayer(d_latent, generator=generator) for _ in range(n_layers))

    def forward(self, latents: Tensor, weights: Tensor) -> Tensor:
        """Fuses (..., B, E, d) latents by (..., B, E) weights to (..., B, d)."""
        tokens, attended = latents + self.embedding.unsqueeze(-3), weights > 0
        for layer in self.layers:
            tokens = layer(tokens, attended)
        return (weights.unsqueeze(-1) * tokens).sum(-2)
