"""Rows of several models' matrices, stacked for one operation."""

from collections.abc import Sequence

import torch
from torch import Tensor

from blemore_cli.training.scaler import Rows


def taken_rows(parts: Sequence[Rows], rows: Tensor) -> tuple[Tensor, Tensor]:
    """Columns (R, B, D) and presence (R, B, E) of (R, B) rows, each model's from its matrix."""
    return taken([part.columns for part in parts], rows), taken([part.present for part in parts], rows)


def taken(parts: Sequence[Tensor], rows: Tensor) -> Tensor:
    """(R, B, ...) rows (R, B) of each model's (N, ...), in one go where all have the same.

    Examples:
        >>> taken([torch.tensor([1, 2]), torch.tensor([3, 4])], torch.tensor([[1, 1], [0, 1]]))
        tensor([[2, 2],
                [3, 4]])
    """
    if all(part is parts[0] for part in parts):
        return parts[0].index_select(0, rows.flatten()).view(*rows.shape, *parts[0].shape[1:])
    return torch.stack([part.index_select(0, index) for part, index in zip(parts, rows, strict=True)])
