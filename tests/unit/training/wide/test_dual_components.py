import numpy as np
import pytest

from blemore_cli.training.reduction import principal_components
from blemore_cli.training.wide.dual_components import dual_components

RNG = np.random.default_rng(0)
SPECTRUM = 3 / np.sqrt(1 + np.arange(20))
ROWS = (RNG.normal(size=(80, 20)) * SPECTRUM @ RNG.normal(size=(20, 300)) + RNG.normal(size=(80, 300))).astype("f4")


@pytest.mark.parametrize("k", [1, 8, 20])
def test_components_are_those_of_the_exact_decomposition(k: int) -> None:
    """The plain reference is `principal_components`, the eigenvectors of the whole matrix in float64."""
    components = ROWS.T @ dual_components(ROWS @ ROWS.T, k)
    exact = principal_components(ROWS, k)
    assert np.linalg.norm(components, axis=0) == pytest.approx(np.linalg.norm(exact, axis=0), rel=1e-3)
    cosines = np.linalg.svd(np.linalg.qr(components)[0].T @ np.linalg.qr(exact)[0], compute_uv=False)
    assert cosines.min() > 0.999


def test_scores_have_mean_square_one_and_the_bytes_are_the_same_again() -> None:
    gram = ROWS @ ROWS.T
    coefficients = dual_components(gram, 8)
    assert coefficients.dtype == np.float32
    assert np.square(gram @ coefficients).mean() == pytest.approx(1, rel=1e-4)
    np.testing.assert_array_equal(coefficients, dual_components(gram.copy(), 8))


@pytest.mark.parametrize("rank", [0, 1, 5])
def test_components_beyond_the_rank_are_zero(rank: int) -> None:
    rows = (RNG.normal(size=(12, rank)) @ RNG.normal(size=(rank, 40))).astype(np.float32)
    coefficients = dual_components(rows @ rows.T, 16)
    assert coefficients.shape == (12, 16)
    assert coefficients.any(axis=0).tolist() == [True] * rank + [False] * (16 - rank)
