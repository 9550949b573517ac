"""Principal components against scikit-learn's, where the columns outnumber the rows and where they do not."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.decomposition import PCA, TruncatedSVD

from blemore_cli.core.types import Clips
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.training.reduction import principal_components
from blemore_cli.training.scaler import fit_scaler

Matrix = NDArray[np.float64]
SHAPES = [(80, 30), (30, 80), (40, 40), (41, 40), (40, 41)]


@pytest.fixture
def tiny() -> FeatureTable:
    rng = np.random.default_rng(3)
    n = 250
    features = tuple(
        (rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + rng.normal(size=d)).astype(np.float32) for d in (14, 10, 3)
    )
    present = np.ones((n, 3), dtype=bool)
    present[::7, 0] = False
    features[0][~present[:, 0]] = np.nan
    clips = Clips(
        filename=np.array([f"clip_{i}" for i in range(n)]),
        actor=np.full(n, "A"),
        is_test=np.zeros(n, dtype=bool),
        fold=np.zeros(n, dtype=np.int64),
        label=np.zeros(n, dtype=np.int64),
    )
    return FeatureTable(("a", "b", "c"), features, present, clips, "0" * 64)


def correlated(n_rows: int, n_columns: int) -> NDArray[np.float32]:
    """Rows about zero whose columns are correlated and of different scales."""
    rng = np.random.default_rng(n_rows)
    rows = rng.normal(size=(n_rows, n_columns)) @ rng.normal(size=(n_columns, n_columns)) / 1.2 ** np.arange(n_columns)
    centred: NDArray[np.float32] = (rows - rows.mean(axis=0)).astype(np.float32)
    return centred


def aligned(found: Matrix, expected: Matrix) -> Matrix:
    """The expected scores with the signs and the one factor of those found."""
    sign = np.sign((found * expected).sum(axis=0))
    factor = float(np.sqrt(np.square(found).sum() / np.square(expected).sum()))
    return factor * np.asarray(expected * sign, dtype=np.float64)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_scores_and_subspace_are_sklearns(shape: tuple[int, int]) -> None:
    rows = correlated(*shape)
    oracle = PCA(10, svd_solver="full").fit(rows.astype(np.float64))
    components = principal_components(rows, 10).astype(np.float64)
    projection = components @ np.linalg.pinv(components)
    np.testing.assert_allclose(projection, oracle.components_.T @ oracle.components_, atol=1e-4)
    scores = rows @ components
    expected = aligned(scores, oracle.transform(rows.astype(np.float64)))
    np.testing.assert_allclose(scores, expected, atol=2e-4 * np.abs(expected).max())


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_variances_keep_sklearns_proportions(shape: tuple[int, int]) -> None:
    rows = correlated(*shape)
    oracle = PCA(8, svd_solver="full").fit(rows.astype(np.float64))
    moments = np.square(rows @ principal_components(rows, 8)).mean(axis=0)
    share = oracle.explained_variance_ / oracle.explained_variance_.mean()
    np.testing.assert_allclose(moments, share, rtol=1e-3)


def test_both_ways_give_the_same_components() -> None:
    """Rows of zeros add nothing to the second moments and lead from the Gram matrix to the covariance."""
    rows = correlated(30, 80)
    padded = np.concatenate([rows, np.zeros((60, 80), dtype=np.float32)])
    by_gram, by_covariance = principal_components(rows, 10), principal_components(padded, 10)
    np.testing.assert_allclose(by_gram * np.sqrt(90 / 30), by_covariance, atol=1e-4)


@pytest.mark.parametrize("n_rows", [200, 9])
def test_a_fitted_scaler_gives_sklearns_scores_on_all_rows(tiny: FeatureTable, n_rows: int) -> None:
    rows = np.arange(n_rows)
    scores = fit_scaler(tiny, rows, clamp_sd=1e6, reduce="pca:6").apply(tiny).columns[:, :6].numpy().astype(np.float64)
    present = tiny.present[:, 0]
    raw, seen = tiny.features[0].astype(np.float64), rows[present[rows]]
    raw = (raw - raw[seen].mean(axis=0)) / raw[seen].std(axis=0)
    expected = PCA(6, svd_solver="full").fit(raw[seen]).transform(raw[present])
    expected = aligned(scores[present], expected)
    np.testing.assert_allclose(scores[present], expected, atol=2e-4 * np.abs(expected).max())
    assert (scores[~present] == 0).all()


def test_what_the_clamp_left_is_reduced_about_zero(tiny: FeatureTable) -> None:
    rows = np.arange(200)
    scores = fit_scaler(tiny, rows, clamp_sd=1.0, reduce="pca:4").apply(tiny, rows).columns[:, 4:8].numpy()
    plain = fit_scaler(tiny, rows, clamp_sd=1.0).apply(tiny, rows).columns[:, 14:24].numpy()
    expected = TruncatedSVD(4, algorithm="arpack").fit_transform(plain.astype(np.float64))
    np.testing.assert_allclose(scores, aligned(scores, expected), atol=1e-3)
