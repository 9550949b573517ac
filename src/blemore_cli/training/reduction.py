"""Principal components of the training rows, for encoders with many columns."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

PCA: Final = "pca:"

AUTO_COMPONENTS: Final = 64
"""Components that `auto` keeps of an encoder with more columns than training clips, where they suffice."""

LEAST_CLIPS: Final = 1000
"""Training clips below which `auto` reduces nothing: an inner fold of fewer cannot show what is lost."""


def is_automatic(reduce: str) -> bool:
    """Whether the training rows decide what is kept of wide encoders."""
    return reduce == "auto"


def usual_width(reduce: str, width: int, n_clips: int) -> int:
    """How many columns a network usually reads of an encoder; more where `auto` finds that components do not suffice.

    Args:
        reduce: As in `model.reduce`.
        width: Columns of the encoder.
        n_clips: Number of training clips.

    Examples:
        >>> usual_width("auto", 7168, 2456), usual_width("auto", 768, 2456), usual_width("pca:32", 768, 2456)
        (64, 768, 32)
    """
    most = max_components(reduce) or width
    return min(AUTO_COMPONENTS if is_automatic(reduce) and width > n_clips >= LEAST_CLIPS else most, width)


def max_components(reduce: str) -> int | None:
    """How many columns an encoder may keep, of "none", "auto" or "pca:K" as in `model.reduce`; None for all."""
    return int(reduce.removeprefix(PCA)) if reduce.startswith(PCA) else None


def principal_components(rows: NDArray[np.float32], n_components: int) -> NDArray[np.float32]:
    """The directions in which the rows vary most about zero, scaled so that the scores have mean square 1.

    With the eigenvectors V of X^T X by falling eigenvalue L: components = V c, scores = X V c, and one factor
    c = sqrt(N K' / sum(L)) for the K' components up to the rank. Exact: where the rows are fewer than the columns,
    V = X^T U / sqrt(L) comes from the eigenvectors U of the Gram matrix X X^T (N, N). Source: Jolliffe 2002, Principal
    component analysis, ch. 3.

    About zero and not about the mean, so that an absent encoder's zeros stay zeros; the mean of standardised rows is
    zero but for what the clamp moved. One factor and not a factor a column: the scores have the scale that standardised
    columns have and keep their proportions, so that keeping all of them is a rotation and changes nothing that the
    network can learn. Whitening would raise the noise of the last components to the scale of the first.

    The sign makes each component's largest loading positive.

    Args:
        rows: (N, D) standardised rows.
        n_components: K.

    Returns:
        (D, K); columns of zeros beyond the rank, so that the width does not depend on the rows.

    Examples:
        >>> principal_components(np.array([[3, 0], [-1, 0], [0, 0]], dtype=np.float32), 2).round(3)
        array([[0.548, 0.   ],
               [0.   , 0.   ]], dtype=float32)
    """
    x = rows.astype(np.float64)
    n_rows, width = x.shape
    is_wide = width > n_rows
    squared, vectors = np.linalg.eigh(x @ x.T if is_wide else x.T @ x)
    spread = np.sqrt(np.maximum(squared[::-1], 0))  # singular values of the rows, falling
    n_kept = min(n_components, _rank(spread, rows))
    components = np.zeros((width, n_components), dtype=np.float32)
    if n_kept == 0:
        return components
    spread, vectors = spread[:n_kept], vectors[:, ::-1][:, :n_kept]
    axes = x.T @ (vectors / spread) if is_wide else vectors
    sign = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(n_kept)])
    factor = np.sqrt(n_rows * n_kept / np.square(spread).sum())
    components[:, :n_kept] = axes * sign * factor
    return components


def _rank(spread: NDArray[np.float64], rows: NDArray[np.float32]) -> int:
    """Number of singular values above the rounding of the rows, by the rule of `numpy.linalg.matrix_rank`."""
    rounding = max(rows.shape) * np.finfo(rows.dtype).eps
    return int((spread > spread.max(initial=0) * rounding).sum())
