"""Weighted product of experts: the logarithmic opinion pool of the encoders' distributions without soundness."""

from typing import Final

import torch
from torch import Tensor

from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.evidence.pool import log_factors

CERTAIN: Final = 1e4
"""Logit of a soundness of 1: a factor of the robust pool is then the likelihood ratio itself, up to rounding."""


class ProductPool(EvidencePool):
    """The pool in which every present encoder is taken to be sound.

        P(y) = prior(y) * prod_e [p_e(y) / prior(y)]^(gamma w_e) / Z.

    The exponents of the heads in p_e and one gamma are fitted, as for the robust pool; w_e is the shift weight. It is
    the control that tells what soundness adds.

    Source: Genest and Zidek 1986, Combining probability distributions, Statistical Science 1(1), section 3; Hinton
    2002, Training products of experts by minimizing contrastive divergence, Neural Computation 14(8).
    """

    def evidence(self, log_probs: Tensor, input_quality: Tensor, quality: Tensor | None = None) -> Evidence:
        """Calibrates the distribution of each encoder, with arguments as for the robust pool; quality is not read."""
        evidence = super().evidence(log_probs, input_quality, quality)
        ratio = evidence.log_ratio * self.log_shift_weight.exp()[..., None, :, None]
        logit = torch.full_like(evidence.logit, CERTAIN)
        return evidence._replace(log_ratio=ratio, logit=logit, log_factors=log_factors(ratio, logit))

    def gamma(self, kept: Tensor) -> Tensor:  # noqa: ARG002 - one for every number kept
        """(..., 1, 1)."""
        return self.log_gamma[..., -1:].exp().unsqueeze(-2)
