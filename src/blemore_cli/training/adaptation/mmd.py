"""MMD: a penalty on the difference between the domains' mean latents in the feature space of Gaussian kernels.

Source: Long et al. 2015, Learning transferable features with deep adaptation networks (arXiv 1502.02791).
"""

from typing import Final

import torch
from torch import Tensor

from blemore_cli.model.network import Output
from blemore_cli.training.adaptation.base import Adapter
from blemore_cli.training.stacking.padding import n_real, zero_padding

WIDEST: Final = 4.0
N_KERNELS: Final = 5
"""Squared bandwidths of 4, 2, 1, 1/2 and 1/4 times the mean squared distance of two rows."""

SMALLEST_DISTANCE: Final = 1e-30
"""Lower limit of the mean squared distance, so that equal rows have kernel 1 and gradient 0 instead of 0 / 0."""


class Mmd(Adapter):
    """Maximum mean discrepancy of the fused latents. Source: arXiv 1502.02791."""

    def forward(self, source: Output, target: Output, source_share: Tensor, target_share: Tensor) -> Tensor:
        """The loss of `mmd_loss`, (...,)."""
        return mmd_loss(source.fused, target.fused, source_share, target_share)


def mmd_loss(source: Tensor, target: Tensor, source_share: Tensor, target_share: Tensor) -> Tensor:
    """Squared maximum mean discrepancy between both domains, biased estimate, mean of five Gaussian kernels.

    MMD^2 = sum_ij p_i p_j k(x_i, x_j) + sum_ij q_i q_j k(y_i, y_j) - 2 sum_ij p_i q_j k(x_i, y_j) with shares p and q,
    k(x, y) = mean over a in {4, 2, 1, 1/2, 1/4} of exp(-||x - y||^2 / (2 a D)), and D the mean squared distance of two
    different rows of the pooled batch, a constant in the gradient. The biased estimate is a squared distance of two
    means and never negative; the unbiased one can be, and training would follow its noise.

    Source: estimate, Gretton et al. 2012, A kernel two-sample test, JMLR 13, eq. 5; convex combination of kernels,
    arXiv 1502.02791, eq. 2.

    Arguments as for `Adapter.forward`, with the latents (..., B, d) and (..., M, d); the loss is (...,) in [0, 2].
    """
    rows = torch.cat([zero_padding(source, source_share), zero_padding(target, target_share)], dim=-2)
    signed = torch.cat([source_share, -target_share], dim=-1)  # (..., B + M): MMD^2 is one quadratic form
    # The quick way, by an inner product, cancels for near rows, and 1 / D would raise what is left in the gradient.
    distance = torch.cdist(rows, rows, compute_mode="donot_use_mm_for_euclid_dist").square()
    kernel = _kernel(distance / _mean_distance(distance.detach(), signed)[..., None, None])
    return (signed * (kernel @ signed.unsqueeze(-1)).squeeze(-1)).sum(-1).clamp(min=0)  # below 0 is rounding


def _kernel(distance: Tensor) -> Tensor:
    """Mean of the kernels; each bandwidth is half the next, so each kernel is the next one's square."""
    power = (distance / (-2 * WIDEST)).exp()
    total = power
    for _ in range(N_KERNELS - 1):
        power = power.square()
        total = total + power
    return total / N_KERNELS


def _mean_distance(distance: Tensor, share: Tensor) -> Tensor:
    """(...,) mean of the squared distances (..., N, N) over all pairs of different real rows."""
    real = (share != 0).to(distance.dtype)
    total = (real * (distance @ real.unsqueeze(-1)).squeeze(-1)).sum(-1)
    n = n_real(share)
    return (total / (n * (n - 1)).clamp(min=1)).clamp(min=SMALLEST_DISTANCE)
