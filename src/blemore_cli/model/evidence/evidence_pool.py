"""Evidence pool with its fitted numbers: temperatures, prior soundness, and the discount of shared evidence."""

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from blemore_cli.model.evidence.pool import log_factors, pooled
from blemore_cli.model.evidence.quality import N_FEATURES, OF_INPUT, quality_features, with_squares


class Evidence(NamedTuple):
    """Calibrated evidence of the encoders for B clips.

    Attributes:
        log_prob: (..., B, E, K) log probabilities of the labels by each encoder alone.
        log_ratio: (..., B, E, K) the same minus the log prior.
        logit: (..., B, E) of the prior probability that the encoder is sound for the clip.
        input_logit: (..., B, E) of the posterior one, as far as the encoder's input tells it.
        log_factors: (..., B, E, K) the factors of the encoders in the pool, in logarithms.
    """

    log_prob: Tensor
    log_ratio: Tensor
    logit: Tensor
    input_logit: Tensor
    log_factors: Tensor


class EvidencePool(nn.Module):
    """The robust pool of `evidence.pool` with its numbers, in float64.

    Args:
        n_encoders: Number of encoders E.
        n_members: Number of heads M of an encoder.
        n_labels: K.

    Attributes:
        log_prior: (..., K) log shares of the labels among the training rows.
        log_exponent: (..., E, M) log of the exponents of an encoder's heads in its distribution; with one head the
            exponent is an inverse temperature.
        level: (..., E) logit of the prior soundness at mean quality.
        slope: (..., E, 8) its change with the quality features.
        gate_level: (..., E) logit of the posterior soundness at mean quality of the input.
        gate_slope: (..., E, 4) its change with the quality features of the input.
        centre: (..., E, 4) mean of the quality features.
        scale: (..., E, 4) their deviation.
        log_gamma: (..., E) by the number of kept encoders, from 1.
        log_shift_weight: (..., E) log of the encoders' shift weights, which multiply the prior soundness.
        is_fitted: (..., 1) bool.
    """

    log_prior: Tensor
    log_exponent: Tensor
    level: Tensor
    slope: Tensor
    gate_level: Tensor
    gate_slope: Tensor
    centre: Tensor
    scale: Tensor
    log_gamma: Tensor
    log_shift_weight: Tensor
    is_fitted: Tensor

    def __init__(self, n_encoders: int, n_members: int, n_labels: int) -> None:
        super().__init__()
        initial = {
            "log_prior": torch.full((n_labels,), -math.log(n_labels)),
            "log_exponent": torch.full((n_encoders, n_members), -math.log(n_members)),
            "level": torch.zeros(n_encoders),
            "slope": torch.zeros(n_encoders, 2 * N_FEATURES),
            "gate_level": torch.zeros(n_encoders),
            "gate_slope": torch.zeros(n_encoders, len(OF_INPUT)),
            "centre": torch.zeros(n_encoders, N_FEATURES),
            "scale": torch.ones(n_encoders, N_FEATURES),
            "log_gamma": torch.zeros(n_encoders),
            "log_shift_weight": torch.zeros(n_encoders),
        }
        for name, value in initial.items():
            self.register_buffer(name, value.double())
        self.register_buffer("is_fitted", torch.zeros(1, dtype=torch.bool))

    def quality(self, log_probs: Tensor, input_quality: Tensor) -> Tensor:
        """Standardised quality features and their squares, (..., B, E, 8); arguments are those of `evidence`."""
        return with_squares(quality_features(log_probs, input_quality), self.centre, self.scale)

    def evidence(self, log_probs: Tensor, input_quality: Tensor, quality: Tensor | None = None) -> Evidence:
        """Calibrates the distribution of each encoder, and judges the encoder by its own input and distribution.

        Args:
            log_probs: (..., B, E, M, K) of each head of each encoder alone.
            input_quality: (..., B, E, 2), log energy and gate score of the encoder's input.
            quality: That of these, where it was computed before.
        """
        exponent = self.log_exponent.exp()[..., None, :, :, None]
        log_prob = F.log_softmax((exponent * log_probs.double()).sum(-2), dim=-1)  # (..., B, E, K)
        quality = self.quality(log_probs, input_quality) if quality is None else quality
        logit = self.level.unsqueeze(-2) + (quality * self.slope.unsqueeze(-3)).sum(-1)  # (..., B, E)
        ratio = log_prob - self.log_prior[..., None, None, :]
        weight = self.log_shift_weight.unsqueeze(-2)
        logit, input_logit = discounted(logit, weight), discounted(self.input_logit(quality), weight)
        return Evidence(log_prob, ratio, logit, input_logit, log_factors(ratio, logit))

    def input_logit(self, quality: Tensor) -> Tensor:
        """Logits (..., B, E) of the gate before shift weights; of quality (..., B, E, 8) it reads that of inputs."""
        return self.gate_level.unsqueeze(-2) + (quality[..., OF_INPUT] * self.gate_slope.unsqueeze(-3)).sum(-1)

    def forward(self, evidence: Evidence, kept: Tensor) -> Tensor:
        """Log probabilities (..., B, K) by the pool of the kept encoders (..., B, E)."""
        return pooled(self.log_prior.unsqueeze(-2), evidence.log_factors, kept, self.gamma(kept))

    def gamma(self, kept: Tensor) -> Tensor:
        """(..., B, 1) for (..., B, E) kept encoders."""
        n_kept = kept.sum(-1).clamp_min(1)  # (..., B)
        return self.log_gamma.gather(-1, n_kept - 1).exp().unsqueeze(-1)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:
        """Leaves the gate as it is where a file is older than it is."""
        for name in ("gate_level", "gate_slope"):
            state_dict.setdefault(prefix + name, getattr(self, name))
        super()._load_from_state_dict(state_dict, prefix, *others)


def discounted(logit: Tensor, log_weight: Tensor) -> Tensor:
    """Logit of w pi for the logit of pi and the log of a weight w in (0, 1]; the same to the bit for w = 1.

    logit(w pi) = l + log w - log(1 + (1 - w) e^l).

    Examples:
        >>> discounted(torch.zeros(1), torch.tensor([0.5]).log()).sigmoid()
        tensor([0.2500])
    """
    remainder = torch.log(-torch.expm1(log_weight))  # log (1 - w), -inf for w = 1
    return logit + log_weight - F.softplus(logit + remainder)
