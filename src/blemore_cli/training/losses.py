"""Losses: likelihood of the permitted labels, cross-entropy over the emotions, and load balancing of the encoders."""

from functools import cache

import torch
from torch import Tensor

from blemore_cli.core.labels import N_LABELS, SALIENCE


def label_loss(log_prob: Tensor, label: Tensor, share: Tensor | None = None) -> Tensor:
    """Mean loss of B clips, in nats.

    Over the 36 permitted labels: the negative log-likelihood, -log P(label). Where P(label) = P(set) P(ratio | set),
    this is the cross-entropy of the presence head plus that of the salience head on the blends.

    Over the six emotions: the cross-entropy with the salience distribution s of the label, -sum_e s_e log P(e). It
    has the gradient of the organisers' loss, KL(s || P) = sum_e s_e log s_e - sum_e s_e log P(e), and differs from it
    by the entropy of s, which no model can change.

    Args:
        log_prob: (..., B, 36) or (..., B, 6) log probabilities, finite for every row.
        label: (..., B) positions in `labels.LABELS`.
        share: (..., B) share of each row in the mean, summing to 1; 0 for padding. None means 1 / B each.

    Returns:
        (...,) loss, 0 or more.
    """
    likelihood = label_log_likelihood(log_prob, label)
    return -(likelihood.mean(-1) if share is None else (likelihood * share).sum(-1))


def label_log_likelihood(log_prob: Tensor, label: Tensor) -> Tensor:
    """Log likelihood of each label, (..., B), 0 or less: minus its loss, with arguments as for `label_loss`."""
    if log_prob.shape[-1] == N_LABELS:
        return log_prob.gather(-1, label.unsqueeze(-1)).squeeze(-1)
    return (_salience(log_prob.dtype, log_prob.device)[label] * log_prob).sum(-1)


def mean_label_loss(
    head_log_probs: Tensor, label: Tensor, share: Tensor | None = None, weight: Tensor | None = None
) -> Tensor:
    """Mean over M heads of their label losses; log probabilities (..., M, B, K), label and share as for `label_loss`.

    The loss of their linear pool, which is smaller, has nearly no gradient for one head where another is right; here
    every head learns from every clip; with a weight (..., M, B) as far as this says.
    """
    by_head = label.unsqueeze(-2).expand(head_log_probs.shape[:-1])  # (..., M, B)
    by_clip = None if share is None else share.unsqueeze(-2)
    if weight is not None:
        by_clip = weight / label.shape[-1] if by_clip is None else weight * by_clip
    return label_loss(head_log_probs, by_head, by_clip).mean(-1)


@cache
def _salience(dtype: torch.dtype, device: torch.device) -> Tensor:
    """(36, 6) `labels.SALIENCE` where the loss is computed."""
    return torch.tensor(SALIENCE, dtype=dtype, device=device)


def imbalance(weights: Tensor, share: Tensor) -> Tensor:
    """Squared coefficient of variation of the encoders' mean fusion weights.

    CV^2 = var_e(m_e) / mean_e(m_e)^2 with m_e the mean weight of encoder e in the batch, variance over E encoders.
    Source: Shazeer et al. 2017 (arXiv 1701.06538), eq. 6 and 7, on the weights after the selection.

    Args:
        weights: (..., B, E) fusion weights, rows summing to 1.
        share: (..., B) share of each row in the batch's mean; 0 for padding.

    Returns:
        (...,) from 0, all encoders equal, to E - 1, one encoder takes all.
    """
    mean = (weights * share.unsqueeze(-1)).sum(-2)
    return mean.var(-1, correction=0) / mean.mean(-1).square()
