import numpy as np
import pytest

from blemore_cli.training.wide.eigenvectors import leading_eigenvectors


@pytest.mark.parametrize(("rank", "n_vectors"), [(3, 3), (12, 5), (20, 30)])
def test_leading_eigenvectors_are_those_of_the_exact_decomposition(rank: int, n_vectors: int) -> None:
    rng = np.random.default_rng(rank)
    rows = (rng.normal(size=(20, rank)) / np.sqrt(1 + np.arange(rank))).astype(np.float32)
    product = rows @ rows.T
    vectors, values = leading_eigenvectors(product, n_vectors)
    exact = np.linalg.eigvalsh(product.astype(np.float64))[::-1][: min(n_vectors, 20)]
    np.testing.assert_allclose(values, exact, rtol=1e-3, atol=1e-4)
    n_kept = min(rank, n_vectors)
    residual = product @ vectors[:, :n_kept] - vectors[:, :n_kept] * values[:n_kept]
    assert np.abs(residual).max() < 0.02 * values[0]
