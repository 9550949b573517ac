import numpy as np
import pytest

from blemore_cli.core import gram

ROWS = np.random.default_rng(0).normal(size=(20, 2 * gram.BLOCK + 7)).astype(np.float32)


def test_blocks_add_up_to_the_product() -> None:
    exact = ROWS.astype(np.float64) @ ROWS.astype(np.float64).T
    np.testing.assert_allclose(gram.gram_matrix(lambda columns: ROWS[:, columns], ROWS.shape[1]), exact, atol=2e-2)


def test_an_element_depends_on_its_two_rows_alone() -> None:
    changed = ROWS.copy()
    changed[10:] = 1e6
    before = gram.gram_matrix(lambda columns: ROWS[:, columns], ROWS.shape[1])
    after = gram.gram_matrix(lambda columns: changed[:, columns], ROWS.shape[1])
    np.testing.assert_array_equal(before[:10, :10], after[:10, :10])


@pytest.mark.parametrize(("rank", "n_vectors"), [(3, 3), (12, 5), (20, 30)])
def test_leading_eigenvectors_are_those_of_the_exact_decomposition(rank: int, n_vectors: int) -> None:
    rng = np.random.default_rng(rank)
    rows = (rng.normal(size=(20, rank)) / np.sqrt(1 + np.arange(rank))).astype(np.float32)
    product = rows @ rows.T
    vectors, values = gram.leading_eigenvectors(product, n_vectors)
    exact = np.linalg.eigvalsh(product.astype(np.float64))[::-1][: min(n_vectors, 20)]
    np.testing.assert_allclose(values, exact, rtol=1e-3, atol=1e-4)
    n_kept = min(rank, n_vectors)
    residual = product @ vectors[:, :n_kept] - vectors[:, :n_kept] * values[:n_kept]
    assert np.abs(residual).max() < 0.02 * values[0]
