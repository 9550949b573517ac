"""Rows that only fill a batch up, so that batches of different sizes can be stacked: their share of the mean is 0."""

from torch import Tensor


def zero_padding(rows: Tensor, share: Tensor) -> Tensor:
    """Sets rows without a share to 0, so that whatever fills them reaches neither values nor gradients.

    Args:
        rows: (..., N, d).
        share: (..., N) each row's share in the mean over the batch: 1/n for n real rows, 0 for padding.

    Returns:
        (..., N, d).

    Examples:
        >>> import torch
        >>> zero_padding(torch.tensor([[1.0], [float("nan")]]), torch.tensor([1.0, 0.0]))
        tensor([[1.],
                [0.]])
    """
    return rows.masked_fill((share == 0).unsqueeze(-1), 0)


def n_real(share: Tensor) -> Tensor:
    """Counts the rows that are no padding.

    Args:
        share: (..., N) shares, 0 for padding.

    Returns:
        (...,) counts, of the shares' type.

    Examples:
        >>> import torch
        >>> n_real(torch.tensor([[0.5, 0.5, 0.0], [0.0, 1.0, 0.0]]))
        tensor([2., 1.])
    """
    return (share != 0).sum(-1, dtype=share.dtype)
