"""Closed-form gradient of the loss of an evidence pool, for the fit of its numbers.

Automatic differentiation takes four exponentials of each encoder and label, the closed form one. The arithmetic is that
of the rows: float32 is precise enough for distributions that are stored in half precision, and takes a third of the
time of float64; sums over blocks are taken in float64.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

MOST_LOGIT: Final = 60.0
"""From here on an encoder is sound in either precision, and exponentials do not overflow in float32."""

BLOCK: Final = 256
"""Rows whose distributions are computed at once; those of more would leave the cache."""


class LabelledRows(NamedTuple):
    """What the loss of a pool reads of N rows, in float32 or float64.

    Attributes:
        log_probs: (N, E, M, K) log probabilities of each head, finite.
        present: (N, E) bool.
        target: (N, K) distribution of each row's label, summing to 1.
        log_prior: (K,) log shares of the labels.
    """

    log_probs: Tensor
    present: Tensor
    target: Tensor
    log_prior: Tensor


def loss_of_numbers(rows: LabelledRows, logit: Tensor, log_exponent: Tensor, log_gamma: Tensor) -> Tensor:
    """Mean cross-entropy of the labels under the pool of all present encoders, in nats; differentiable once.

    Args:
        rows: N rows.
        logit: (N, E) of the prior soundness.
        log_exponent: (E, M) of the heads of each encoder.
        log_gamma: (1,) of any number of encoders.
    """
    loss: Tensor = _Loss.apply(rows, logit, log_exponent, log_gamma)  # type: ignore[no-untyped-call]
    return loss


def _loss_and_gradients(
    rows: LabelledRows, logit: Tensor, log_exponent: Tensor, log_gamma: Tensor
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """The loss, and its gradients in the three numbers."""
    dtype, n = rows.log_probs.dtype, len(logit)
    exponent, gamma = log_exponent.exp(), log_gamma.exp()
    parts = [
        _sums(block, part, exponent.to(dtype), gamma.to(dtype))
        for block, part in zip(_blocks(rows), torch.split(logit.to(dtype), BLOCK), strict=True)
    ]
    loss, by_logit, by_exponent, by_gamma = ([value.double() for value in part] for part in zip(*parts, strict=True))
    return sum(loss) / n, (torch.cat(by_logit) / n, exponent * sum(by_exponent) / n, sum(by_gamma) / n)


def _blocks(rows: LabelledRows) -> Iterator[LabelledRows]:
    for start in range(0, len(rows.target), BLOCK):
        part = slice(start, start + BLOCK)
        yield LabelledRows(rows.log_probs[part], rows.present[part], rows.target[part], rows.log_prior)


def _sums(rows: LabelledRows, logit: Tensor, exponent: Tensor, gamma: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The summed loss of a block of rows, and its gradients in the logits, the exponents and log gamma.

    With u = e^l p / prior, a factor of the pool is (1 + u) / (1 + e^l). Its logarithm has slope u / (1 + u) in log p,
    and the same in l up to a term that all labels share, which cancels.
    """
    logit = logit.clamp(max=MOST_LOGIT)
    prob = torch.softmax((exponent.unsqueeze(-1) * rows.log_probs).sum(-2), dim=-1)  # (N, E, K)
    odds = prob * (logit.exp().unsqueeze(-1) * torch.exp(-rows.log_prior))
    kept = rows.present.unsqueeze(-1)
    factors = ((torch.log1p(odds) - F.softplus(logit).unsqueeze(-1)) * kept).sum(-2)  # (N, K)
    log_pooled = F.log_softmax(rows.log_prior + gamma * factors, dim=-1)
    residual = gamma * (log_pooled.exp() - rows.target)
    by_log_prob = residual.unsqueeze(-2) * kept * (odds / (1 + odds))
    by_logit = by_log_prob.sum(-1)
    by_mixture = by_log_prob - prob * by_logit.unsqueeze(-1)
    by_exponent = (rows.log_probs * by_mixture.unsqueeze(-2)).sum((0, -1))
    return -(rows.target * log_pooled).sum(), by_logit, by_exponent, (residual * factors).sum().reshape(1)


class _Loss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: LabelledRows, *numbers: Tensor) -> Tensor:
        loss, gradients = _loss_and_gradients(rows, *numbers)
        ctx.save_for_backward(*gradients)
        return loss

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, ...]:
        return None, *(slope * gradient for gradient in ctx.saved_tensors)
