"""Padding of batches to one size, so that they can be stacked; the share of a padding row in the mean is 0."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

ALIGNED: Final = 16
"""Rows are filled up to a multiple of this: every model's part of a tensor then begins at a multiple of 64 bytes, and
with widths like the defaults its arithmetic does not depend on its place in the stack."""


def aligned(n_rows: int) -> int:
    """The number of rows, filled up to a multiple of `ALIGNED`."""
    return -(-n_rows // ALIGNED) * ALIGNED


def padded_batches(sizes: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Lays out the batches of R models, all filled up to one size B.

    Args:
        sizes: Rows in each of the T batches of each model.

    Returns:
        (R, T, B) the position of each row in its epoch's order, 0 for padding; and its share in its batch's mean.

    Examples:
        >>> positions, share = padded_batches([[2, 1]])
        >>> positions[0, :, :3].tolist(), share[0, :, :3].tolist()
        ([[0, 1, 0], [2, 0, 0]], [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    """
    size = torch.tensor(sizes)
    start = size.cumsum(-1) - size
    place = torch.arange(aligned(int(size.max())))
    is_real = place < size[..., None]
    return torch.where(is_real, start[..., None] + place, 0), is_real / size[..., None]


def zero_padding(rows: Tensor, share: Tensor) -> Tensor:
    """Sets rows (..., N, d) without a share to 0, so that whatever fills them reaches neither values nor gradients.

    The share (..., N) of a row is that in the mean over the batch: 1/n for n real rows, 0 for padding.
    """
    return rows.masked_fill((share == 0).unsqueeze(-1), 0)


def n_real(share: Tensor) -> Tensor:
    """Number of rows that are no padding: (...,) of the type of their shares (..., N)."""
    return (share != 0).sum(-1, dtype=share.dtype)
