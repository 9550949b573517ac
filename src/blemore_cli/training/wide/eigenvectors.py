"""Leading eigenvectors of a Gram matrix."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

N_ITERATIONS: Final = 2
"""Of subspace iteration; one is two power iterations of the Gram matrix, as many as four of the rows."""


def leading_eigenvectors(
    gram: NDArray[np.float32], n_vectors: int, *, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Eigenvectors (N, K) and eigenvalues (K,) of a Gram matrix (N, N), the largest first, by random subspaces.

    Close to the exact ones where the eigenvalues fall; where they hardly do, directions within the leading ones.
    Source: Halko, Martinsson and Tropp 2011, SIAM Review 53(2), algorithm 4.4.

    Args:
        gram: The matrix.
        n_vectors: K; N at most are given.
        seed: Decides the random start.
    """
    vectors, values, _ = randomized_svd(
        gram,
        min(n_vectors, len(gram)),
        n_iter=N_ITERATIONS,
        power_iteration_normalizer="LU",
        random_state=seed,
    )
    return vectors, values
