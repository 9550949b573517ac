"""Selection of encoders for a clip, the third arrow: by a ranking, of which the best n available are kept."""

from typing import Final

import torch
from torch import Tensor, nn

from blemore_cli.core.choices import AUTO, KEEPS_ALL, Selection, TopN

RANKED_BY: Final[dict[Selection, tuple[float, float, float]]] = {
    "learned": (1, 0, 0),
    "random": (0, 1, 0),
    "fixed": (0, 0, 1),
    "full": (1, 0, 0),
    "mean": (1, 0, 0),
    "quality": (1, 0, 0),
    "gate": (1, 0, 0),
    "neighbours": (1, 0, 0),
    "greedy": (1, 0, 0),
}
"""Whether a selection ranks by the gate's score, by a random draw, or by merit."""

KEPT_UNTIL_CHOSEN: Final = 3
"""Encoders that `auto` keeps in training: few enough that each learns to predict something alone."""


class Selector(nn.Module):
    """Keeps the best n encoders of every clip, by the ranking of a selection.

    Selections differ by numbers in buffers, not by code, so that stacked models may have different ones.

    Shapes:
        scores, draws: (..., B, E); present: (..., B, E) bool. Output: (..., B, E) bool.

    Args:
        selection: Name of the selection.
        n_encoders: Number of encoders E.
        top_n: Number kept, where the selection does not keep all; `auto` keeps those that the gate finds useful for a
            clip with at least a threshold's probability, or the best one; random and fixed then keep equally many.

    Attributes:
        merit: (..., E) how good each encoder is on training rows, larger is better; read by `fixed`.
        threshold: (..., 1) in [0, 1), read by `auto`; 0 until it is chosen, and `KEPT_UNTIL_CHOSEN` encoders are kept.
    """

    ranked_by: Tensor
    n_kept: Tensor
    is_weighted: Tensor
    merit: Tensor
    threshold: Tensor

    def __init__(self, selection: Selection, n_encoders: int, top_n: TopN) -> None:
        super().__init__()
        self.is_auto = chooses_number(selection, top_n)
        self.register_buffer("ranked_by", torch.tensor(RANKED_BY[selection], dtype=torch.float32))
        self.register_buffer("n_kept", torch.tensor([most_kept(selection, n_encoders, top_n)]))
        self.register_buffer("is_weighted", torch.tensor([float(selection != "mean")]))
        self.register_buffer("merit", torch.zeros(n_encoders))
        self.register_buffer("threshold", torch.zeros(1))

    def forward(self, scores: Tensor, draws: Tensor, present: Tensor, exploration: float) -> Tensor:
        """Ranks the encoders and keeps the best; `exploration` scales the Gumbel noise on the scores."""
        explored = scores + exploration * gumbel(draws) if exploration else scores
        return keep_top_n(self.ranking(explored, draws), present, self.number(scores, present))

    def ranking(self, scores: Tensor, draws: Tensor) -> Tensor:
        """What the encoders are ranked by, larger is better: (..., B, E)."""
        by_score, by_draw, by_merit = self.ranked_by[..., None, None].unbind(-3)  # (..., 1, 1) each
        return by_score * scores + by_draw * draws + by_merit * self.merit.unsqueeze(-2)

    def number(self, scores: Tensor, present: Tensor) -> Tensor:
        """Number of encoders kept: (..., 1, 1), or (..., B, 1) where the gate decides for each clip."""
        n_kept = self.n_kept.unsqueeze(-2)
        if not self.is_auto:
            return n_kept
        threshold = self.threshold.unsqueeze(-2)
        return torch.where(threshold > 0, number_above(scores, present, threshold), n_kept)

    def votes(self, scores: Tensor) -> Tensor:
        """The scores that the fusion weights are made of: none where the selection is a plain mean."""
        return scores * self.is_weighted.unsqueeze(-2)


def chooses_number(selection: Selection, top_n: TopN) -> bool:
    """Whether the number of kept encoders differs from clip to clip."""
    return top_n == AUTO and selection not in KEEPS_ALL


def most_kept(selection: Selection, n_encoders: int, top_n: TopN) -> int:
    """Most encoders that a selection keeps for a clip in training; `auto` may keep more when it predicts."""
    if selection in KEEPS_ALL:
        return n_encoders
    return min(KEPT_UNTIL_CHOSEN if top_n == "auto" else top_n, n_encoders)


def number_above(scores: Tensor, present: Tensor, threshold: float | Tensor) -> Tensor:
    """Number of encoders of a clip that are useful with a probability of at least the threshold; at least one.

    The probability is sigmoid(score), which is what the second stage fits the scores to be.

    Args:
        scores: (..., B, E).
        present: (..., B, E) bool.
        threshold: In [0, 1); or (..., 1, 1) of them.

    Returns:
        (..., B, 1) int64, 1 to E.
    """
    return ((torch.sigmoid(scores) >= threshold) & present).sum(-1, keepdim=True).clamp_min(1)


def keep_top_n(ranking: Tensor, present: Tensor, n: int | Tensor) -> Tensor:
    """Keeps exactly min(n, available) encoders of every clip; ties go to the earlier encoder.

    Args:
        ranking: (..., B, E) finite, larger is better.
        present: (..., B, E) bool, whether the clip has features of the encoder.
        n: Number to keep, at least 1; or (..., 1, 1) of them.

    Returns:
        (..., B, E) bool.

    Examples:
        >>> keep_top_n(torch.tensor([[3.0, 9.0, 5.0]]), torch.tensor([[True, False, True]]), 1)
        tensor([[False, False,  True]])
    """
    order = ranking.masked_fill(~present, -torch.inf).argsort(dim=-1, descending=True, stable=True)
    best = (torch.arange(order.shape[-1], device=order.device) < n).expand_as(order)
    return torch.zeros_like(present).scatter(-1, order, best) & present


def gumbel(uniform: Tensor) -> Tensor:
    """Turns uniform draws in (0, 1) into standard Gumbel draws, `-log(-log u)`.

    Adding them to scores before a top-n samples encoders without replacement in proportion to the softmax of the
    scores. Source: Kool et al. 2019 (arXiv 1903.06059), section 2.
    """
    tiny = torch.finfo(uniform.dtype).tiny
    return -torch.log((-torch.log(uniform.clamp_min(tiny))).clamp_min(tiny))
