"""Principal components of many columns as combinations of the rows, from the Gram matrix of the rows."""

import numpy as np
from numpy.typing import NDArray

from blemore_cli.training.wide.eigenvectors import leading_eigenvectors


def dual_components(gram: NDArray[np.float32], n_components: int) -> NDArray[np.float32]:
    """Coefficients of the leading components of n rows X (n, D), of their inner products X X^T alone.

    With the leading eigenvectors U and eigenvalues L of X X^T: coefficients = U c / sqrt(L), components = X^T
    coefficients, and the scores of any rows Z are Z X^T coefficients, which takes inner products only. The factor
    c = sqrt(n K' / sum(L)) over the K' components up to the rank is that of `reduction.principal_components`, the
    exact reference. The eigenvectors are those of randomised subspace iteration. Source: Halko, Martinsson and Tropp
    2011, SIAM Review 53(2), algorithm 4.4; Schoelkopf, Smola and Mueller 1998, Neural Computation 10(5).

    Args:
        gram: (n, n) inner products of the training rows.
        n_components: K.

    Returns:
        (n, K); columns of zeros beyond the rank.
    """
    n_rows = len(gram)
    coefficients = np.zeros((n_rows, n_components), dtype=np.float32)
    if not gram.any():
        return coefficients
    vectors, eigenvalues = leading_eigenvectors(gram, n_components)
    values = eigenvalues[eigenvalues > eigenvalues[0] * n_rows * np.finfo(np.float32).eps].astype(np.float64)
    n_kept = len(values)
    vectors = vectors[:, :n_kept]
    factor = np.sqrt(n_rows * n_kept / values.sum())
    coefficients[:, :n_kept] = vectors * (factor / np.sqrt(values))
    return coefficients
