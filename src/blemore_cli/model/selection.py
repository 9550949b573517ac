"""The third arrow: which encoders are kept for a clip. Every selection is a ranking; the best n available are kept."""

import torch
from torch import Tensor

from blemore_cli.core.choices import Selection


def keep_top_n(ranking: Tensor, present: Tensor, n: int) -> Tensor:
    """Keeps exactly min(n, available) encoders of every clip; ties go to the earlier encoder.

    Args:
        ranking: (..., B, E), larger is better.
        present: (..., B, E) bool, whether the clip has features of the encoder.
        n: Number to keep, at least 1.

    Returns:
        (..., B, E) bool.

    Examples:
        >>> keep_top_n(torch.tensor([[3.0, 9.0, 5.0]]), torch.tensor([[True, False, True]]), 1)
        tensor([[False, False,  True]])
    """
    order = ranking.masked_fill(~present, -torch.inf).argsort(dim=-1, descending=True, stable=True)
    kept = torch.zeros_like(present).scatter(-1, order[..., :n], torch.ones_like(present)[..., :n])
    return kept & present


def gumbel(uniform: Tensor) -> Tensor:
    """Turns uniform draws in (0, 1) into standard Gumbel draws, `-log(-log u)`.

    Adding them to scores before a top-n samples encoders without replacement in proportion to the softmax of the
    scores. Source: Kool et al. 2019 (arXiv 1903.06059), section 2.
    """
    tiny = torch.finfo(uniform.dtype).tiny
    return -torch.log((-torch.log(uniform.clamp_min(tiny))).clamp_min(tiny))


def ranking(selection: Selection, scores: Tensor, draws: Tensor, fixed: Tensor, exploration: float) -> Tensor:
    """The order in which a selection prefers encoders; `full` and `mean` keep all, so theirs does not matter.

    Args:
        selection: Name of the selection.
        scores: (..., B, E) gate scores.
        draws: (..., B, E) uniform in (0, 1).
        fixed: (..., E) merit of each encoder on training rows, larger is better.
        exploration: Scale of the Gumbel noise on learned scores; 0 outside training.

    Returns:
        (..., B, E), larger is better.
    """
    if selection == "random":
        return draws
    if selection == "fixed":
        return fixed.unsqueeze(-2).expand_as(scores)
    return scores + exploration * gumbel(draws) if exploration else scores
