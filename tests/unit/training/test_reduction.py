import numpy as np
import pytest

from blemore_cli.training.reduction import max_components, principal_components

RNG = np.random.default_rng(0)
TALL = RNG.normal(size=(60, 12)).astype(np.float32) @ np.diag(np.arange(1, 13)).astype(np.float32)
WIDE = TALL.T.copy()


@pytest.mark.parametrize(("reduce", "n"), [("none", None), ("pca:1", 1), ("pca:128", 128)])
def test_the_configurations_words_are_understood(reduce: str, n: int | None) -> None:
    assert max_components(reduce) == n


@pytest.mark.parametrize("rows", [TALL, WIDE], ids=["tall", "wide"])
@pytest.mark.parametrize("k", [1, 5, 12])
def test_scores_are_uncorrelated_falling_and_of_mean_square_one(rows: np.ndarray, k: int) -> None:
    components = principal_components(rows, k)
    assert components.shape == (rows.shape[1], k)
    assert components.dtype == np.float32
    assert components.flags.c_contiguous
    moments = (rows @ components).T @ (rows @ components) / len(rows)
    np.testing.assert_allclose(moments - np.diag(np.diag(moments)), 0, atol=1e-5)
    assert (np.diff(np.diag(moments)) < 0).all()
    assert np.diag(moments).mean() == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("rows", [TALL, WIDE], ids=["tall", "wide"])
def test_the_largest_loading_is_positive_and_the_bytes_are_the_same_again(rows: np.ndarray) -> None:
    components = principal_components(rows, 8)
    assert (components.max(axis=0) == np.abs(components).max(axis=0)).all()
    np.testing.assert_array_equal(components, principal_components(rows.copy(), 8))
    np.testing.assert_allclose(components, principal_components(-rows, 8), atol=1e-6)


def test_keeping_all_standardised_columns_is_a_rotation() -> None:
    rows = (TALL - TALL.mean(0)) / TALL.std(0)
    rotation = principal_components(rows, 12)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(12), atol=1e-5)


@pytest.mark.parametrize("n_columns", [7, 40])
def test_components_beyond_the_rank_are_zero(n_columns: int) -> None:
    rows = (RNG.normal(size=(20, 3)) @ RNG.normal(size=(3, n_columns))).astype(np.float32)
    components = principal_components(rows, 6)
    assert components.shape == (n_columns, 6)
    assert components.any(axis=0).tolist() == [True] * 3 + [False] * 3
    shadow = rows @ components @ np.linalg.pinv(components)
    np.testing.assert_allclose(shadow, rows, atol=1e-4)


@pytest.mark.parametrize("rows", [np.zeros((5, 4)), np.zeros((0, 4)), np.zeros((2, 9))], ids=["zero", "none", "wide"])
def test_rows_that_do_not_vary_keep_columns_of_zeros(rows: np.ndarray) -> None:
    np.testing.assert_array_equal(principal_components(rows.astype(np.float32), 3), np.zeros((rows.shape[1], 3)))
