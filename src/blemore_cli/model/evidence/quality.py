"""Quality features of an encoder's input and of its distribution, from which its prior soundness is predicted."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

N_FEATURES: Final = 4
"""Energy and gate score of the input, entropy and maximum of the distribution."""

OF_INPUT: Final = [0, 1, N_FEATURES, N_FEATURES + 1]
"""Those of the quality features with their squares that are known before an encoder has predicted."""

MOST_DEVIATIONS: Final = 6.0


def quality_features(log_probs: Tensor, input_quality: Tensor) -> Tensor:
    """Energy, gate score, entropy in nats, and largest probability of each encoder: (..., B, E, 4) float64.

    The distribution is the geometric mean of the encoder's heads, not yet calibrated.

    Args:
        log_probs: (..., B, E, M, K) log probabilities of M heads of each encoder, finite.
        input_quality: (..., B, E, 2) from `model.energy` and of the gate; NaN counts as 0, that of a usual clip.

    Examples:
        >>> quality_features(torch.tensor([[[[0.5, 0.5]]]]).log(), torch.zeros(1, 1, 2))
        tensor([[[0.0000, 0.0000, 0.6931, 0.5000]]], dtype=torch.float64)
    """
    log_prob = F.log_softmax(log_probs.double().mean(-2), dim=-1)
    prob = log_prob.exp()
    entropy = -(prob * log_prob).sum(-1)
    of_distribution = torch.stack([entropy, prob.amax(-1)], dim=-1)
    return torch.cat([input_quality.double().nan_to_num(), of_distribution], dim=-1)


def with_squares(quality: Tensor, centre: Tensor, scale: Tensor) -> Tensor:
    """Standardised quality features beside their squares: an input may be wrong by too little as by too much.

    Args:
        quality: (..., B, E, 4).
        centre: (..., E, 4) mean over training rows.
        scale: (..., E, 4) positive, deviation over training rows.

    Returns:
        (..., B, E, 8); standardised values are limited to 6 deviations on either side.
    """
    standard = (quality - centre.unsqueeze(-3)) / scale.unsqueeze(-3)
    limited = standard.clamp(-MOST_DEVIATIONS, MOST_DEVIATIONS)
    return torch.cat([limited, limited.square()], dim=-1)
