"""CORAL: a penalty on the difference between the covariances of both domains' latents.

Source: Sun and Saenko 2016, Deep CORAL (arXiv 1607.01719). Transfer-Learning-Library's module of that name minimises
something else, four times this loss plus the mean squared difference of the means; this is the paper's.
"""

from torch import Tensor

from blemore_cli.model.network import Output
from blemore_cli.training.adaptation.base import Adapter
from blemore_cli.training.stacking.padding import n_real, zero_padding


class Coral(Adapter):
    """Distance of the covariances of the fused latents. Source: arXiv 1607.01719."""

    def forward(self, source: Output, target: Output, source_share: Tensor, target_share: Tensor) -> Tensor:
        """The loss of `coral_loss`, (...,)."""
        return coral_loss(source.fused, target.fused, source_share, target_share)


def coral_loss(source: Tensor, target: Tensor, source_share: Tensor, target_share: Tensor) -> Tensor:
    """Squared Frobenius distance of the covariances, ||C_S - C_T||^2 / (4 d^2). Source: arXiv 1607.01719, eq. 1.

    Arguments as for `Adapter.forward`, with the latents (..., B, d) and (..., M, d); the loss is (...,), 0 or more.
    """
    gap = covariance(source, source_share) - covariance(target, target_share)  # (..., d, d)
    return gap.square().sum((-2, -1)) / (4 * source.shape[-1] ** 2)


def covariance(rows: Tensor, share: Tensor) -> Tensor:
    """Unbiased covariance of the columns; 0 for a single row. Source: arXiv 1607.01719, eq. 2 and 3.

    With n real rows of mean m: C = 1/(n - 1) * sum_i (x_i - m) (x_i - m)^T, which is the paper's formula centred before
    it is multiplied out, because that loses fewer digits.

    Args:
        rows: (..., N, d).
        share: (..., N) 1/n for the n real rows, 0 for padding.

    Returns:
        (..., d, d).
    """
    weight = share.unsqueeze(-1)
    rows = zero_padding(rows, share)
    centred = rows - (weight * rows).sum(-2, keepdim=True)
    n = n_real(share)
    return (n / (n - 1).clamp(min=1))[..., None, None] * ((weight * centred).mT @ centred)
