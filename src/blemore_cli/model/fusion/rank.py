"""Straight-through rank fusion: the weight of a selected encoder depends on its rank by the gate, not on its score."""

import torch
from torch import Tensor, nn

from blemore_cli.model.fusion.weighted import WeightedFusion


class RankFusion(WeightedFusion):
    """The weighted mean, with a learned weight for the first, the second, ... encoder of a clip.

    The vote of the encoder of rank r is the logit l_r, so that the fusion weights are the softmax of the logits of the
    ranks of the selected encoders. A ranking has no gradient; the gate learns as if its scores moved the votes, by the
    straight-through estimator: Bengio et al. 2013 (arXiv 1308.3432), section 4.

    Attributes:
        logits: (E,) of the ranks, equal at first; with n encoders kept, the first n count.
    """

    def __init__(self, n_encoders: int, n_kept: int, d_latent: int, *, generator: torch.Generator) -> None:
        super().__init__(n_encoders, n_kept, d_latent, generator=generator)
        self.logits = nn.Parameter(torch.zeros(n_encoders))

    def votes(self, scores: Tensor, kept: Tensor) -> Tensor:
        """The logit of each kept encoder's rank: (..., B, E)."""
        logits = self.logits.unsqueeze(-2).expand_as(scores).gather(-1, ranks(scores, kept))
        return logits + (scores - scores.detach())


def ranks(scores: Tensor, kept: Tensor) -> Tensor:
    """Places of the encoders by score, from 0; the kept come first, and ties go to the earlier encoder.

    Args:
        scores: (..., B, E) finite, larger is better.
        kept: (..., B, E) bool.

    Returns:
        (..., B, E) int64, a permutation of 0 to E - 1 for each clip.

    Examples:
        >>> ranks(torch.tensor([[3.0, 9.0, 5.0]]), torch.tensor([[True, False, True]]))
        tensor([[1, 2, 0]])
    """
    order = scores.masked_fill(~kept, -torch.inf).argsort(dim=-1, descending=True, stable=True)
    return order.argsort(dim=-1)
