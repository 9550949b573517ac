"""Load-balancing loss, which keeps the gate from giving all clips to a few encoders."""

from torch import Tensor


def imbalance(weights: Tensor, share: Tensor) -> Tensor:
    """Squared coefficient of variation of the encoders' mean fusion weights.

    CV^2 = var_e(m_e) / mean_e(m_e)^2 with m_e the mean weight of encoder e in the batch, variance over E encoders.
    Source: Shazeer et al. 2017 (arXiv 1701.06538), eq. 6 and 7, on the weights after the selection.

    Args:
        weights: (..., B, E) fusion weights, rows summing to 1.
        share: (..., B) share of each row in the batch's mean; 0 for padding.

    Returns:
        (...,) from 0, all encoders equal, to E - 1, one encoder takes all.

    Examples:
        >>> import torch
        >>> imbalance(torch.tensor([[1.0, 0.0], [1.0, 0.0]]), torch.tensor([0.5, 0.5]))
        tensor(1.)
    """
    mean = (weights * share.unsqueeze(-1)).sum(-2)
    return mean.var(-1, correction=0) / mean.mean(-1).square()
