"""Linear opinion pool: the mean of the distributions that several heads predict."""

import math

import torch
from torch import Tensor


def linear_pool(head_log_probs: Tensor) -> Tensor:
    """The mean of several distributions with equal weights.

    log P(k) = log (1/M sum_m P_m(k)). Its log loss is at most the mean of theirs, by Jensen's inequality.

    Source: Stone 1961, The opinion pool, Annals of Mathematical Statistics 32(4).

    Args:
        head_log_probs: (..., M, B, K) log probabilities.

    Returns:
        (..., B, K) log probabilities; those of a single head to the bit.

    Examples:
        >>> linear_pool(torch.tensor([[[0.2, 0.8]], [[0.6, 0.4]]]).log()).exp()
        tensor([[0.4000, 0.6000]])
    """
    n_heads = head_log_probs.shape[-3]
    if n_heads == 1:
        return head_log_probs.squeeze(-3)
    return torch.logsumexp(head_log_probs, dim=-3) - math.log(n_heads)
