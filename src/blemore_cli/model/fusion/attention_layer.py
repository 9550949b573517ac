"""Layer of self-attention among the encoders of a clip, in which absent ones are not attended to."""

import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from blemore_cli.model.linear import Linear

MOST_HEADS: Final = 4
"""Attention heads of a layer, or as many of them as divide its width."""


class AttentionLayer(nn.Module):
    """Transformer layer with normalisation before each part: x + attention(norm x), then x + feedforward(norm x).

    The norms have no weights of their own: the maps behind them have. As every module of a network it takes leading
    dimensions, those of stacked models.

    Source: Vaswani et al. 2017, arXiv 1706.03762, section 3; Xiong et al. 2020, arXiv 2002.04745, for the place of the
    norms.

    Shapes:
        tokens: (..., B, E, d). attended: (..., B, E) bool, which encoders are attended to. Output: (..., B, E, d); of a
            clip without any, the feedforward part alone counts.

    Args:
        d_token: Width d.
        generator: Source of the initial weights.
    """

    def __init__(self, d_token: int, *, generator: torch.Generator) -> None:
        super().__init__()
        self.n_heads = math.gcd(MOST_HEADS, d_token)
        self.query_key_value = Linear(d_token, 3 * d_token, generator=generator)
        self.join = Linear(d_token, d_token, generator=generator)
        self.widen = Linear(d_token, 2 * d_token, generator=generator)
        self.narrow = Linear(2 * d_token, d_token, generator=generator)

    def forward(self, tokens: Tensor, attended: Tensor) -> Tensor:
        """Applies both parts."""
        tokens = tokens + by_token(self.join, self.attention(_norm(tokens), attended))
        return tokens + by_token(self.narrow, torch.relu(by_token(self.widen, _norm(tokens))))

    def attention(self, tokens: Tensor, attended: Tensor) -> Tensor:
        """Scaled dot-product attention of all heads, side by side: (..., B, E, d)."""
        mapped = by_token(self.query_key_value, tokens)
        query, key, value = mapped.reshape(*tokens.shape[:-1], 3, self.n_heads, -1).unbind(-3)  # (..., B, E, H, d_h)
        scores = torch.einsum("...ihd,...jhd->...hij", query, key) / math.sqrt(query.shape[-1])  # (..., B, H, E, E)
        is_left_out = ~attended[..., None, None, :]
        weights = torch.softmax(scores.masked_fill(is_left_out, torch.finfo(scores.dtype).min), dim=-1)
        weights = weights.masked_fill(is_left_out, 0)
        return torch.einsum("...hij,...jhd->...ihd", weights, value).flatten(-2)


def by_token(linear: Linear, tokens: Tensor) -> Tensor:
    """Applies a layer to each token: (..., B, E, d_in) to (..., B, E, d_out)."""
    mapped: Tensor = linear(tokens.flatten(-3, -2))
    return mapped.reshape(*tokens.shape[:-1], -1)


def _norm(tokens: Tensor) -> Tensor:
    return F.layer_norm(tokens, tokens.shape[-1:])
