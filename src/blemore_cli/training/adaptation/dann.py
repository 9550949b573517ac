"""DANN: a discriminator of the domains behind a gradient reversal.

Source: Ganin et al. 2016, Domain-adversarial training of neural networks, JMLR 17 (arXiv 1505.07818).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from blemore_cli.model.linear import Linear
from blemore_cli.model.network import Output
from blemore_cli.training.adaptation.base import Adapter
from blemore_cli.training.stacking.padding import zero_padding


def reverse_gradient(x: Tensor) -> Tensor:
    """The identity, whose gradient is minus the identity. Source: arXiv 1505.07818, section 4.2.

    Written without a function of its own for autograd: 2x - x is x to the last bit, and any transform can see through.
    """
    return 2 * x.detach() - x


def domain_loss(source_logit: Tensor, target_logit: Tensor, source_share: Tensor, target_share: Tensor) -> Tensor:
    """Mean binary cross-entropy of telling source from target, both domains counting half.

    With s = sigmoid(logit): 1/2 * (mean over source of -log s + mean over target of -log(1 - s)); ln 2 by chance.
    Source: arXiv 1505.07818, section 4.2, whose domain term is the sum of the two means, twice this.

    Arguments as for `Adapter.forward`, with the logits (..., B) and (..., M), large where the discriminator takes a row
    for source; the loss is (...,), 0 or more, in nats.
    """
    missed_source = (source_share * F.softplus(-source_logit)).sum(-1)
    missed_target = (target_share * F.softplus(target_logit)).sum(-1)
    return (missed_source + missed_target) / 2


class DomainAdversary(Adapter):
    """A discriminator of one hidden layer behind a gradient reversal; one backward pass trains both sides.

    Minimising `weight * loss` moves the discriminator down and the latents up the slope of the domain loss, each by
    `weight`: the paper's updates in section 4.2, with `weight` for lambda.

    Args:
        d_hidden: Width of the discriminator's hidden layer.
    """

    def __init__(self, d_fused: int, *, generator: torch.Generator, d_hidden: int = 32) -> None:
        super().__init__(d_fused, generator=generator)
        self.hidden = Linear(d_fused, d_hidden, generator=generator)
        self.logit = Linear(d_hidden, 1, generator=generator)

    def forward(self, source: Output, target: Output, source_share: Tensor, target_share: Tensor) -> Tensor:
        """The loss of `domain_loss` in nats, (...,)."""
        source_logit = self._logit(zero_padding(source.fused, source_share))
        target_logit = self._logit(zero_padding(target.fused, target_share))
        return domain_loss(source_logit, target_logit, source_share, target_share)

    def _logit(self, latents: Tensor) -> Tensor:
        hidden = self.hidden(reverse_gradient(latents)).relu()  # (..., N, d_hidden)
        logit: Tensor = self.logit(hidden)  # (..., N, 1)
        return logit.squeeze(-1)
