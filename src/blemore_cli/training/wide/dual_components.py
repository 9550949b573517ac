"""Principal components of many columns as combinations of the rows, from the Gram matrix of the rows."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

N_ITERATIONS: Final = 4
"""Of subspace iteration. The components stay directions of the training rows whatever their number."""


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
    vectors, values, _ = randomized_svd(gram, min(n_components, n_rows), n_iter=N_ITERATIONS, random_state=0)
    n_kept = int((values > values[0] * n_rows * np.finfo(np.float32).eps).sum())
    vectors, values = vectors[:, :n_kept], values[:n_kept].astype(np.float64)
    factor = np.sqrt(n_rows * n_kept / values.sum())
    coefficients[:, :n_kept] = vectors * (factor / np.sqrt(values))
    return coefficients
