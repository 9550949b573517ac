"""Silhouette widths and linkage against scikit-learn's."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import normalize, scale

from blemore_cli.evaluation.person_clusters import cluster_persons, silhouette_width


@pytest.mark.parametrize("n_clusters", [2, 5, 30])
def test_silhouette(n_clusters: int) -> None:
    rng = np.random.default_rng(n_clusters)
    distance = squareform(pdist(rng.normal(size=(60, 4))))
    cluster = np.append(np.arange(n_clusters), rng.integers(0, n_clusters, 60 - n_clusters))
    expected = silhouette_score(distance, cluster, metric="precomputed")
    assert silhouette_width(distance, cluster) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n_persons", [2, 7])
def test_clusters_and_their_silhouette(n_persons: int) -> None:
    features = np.random.default_rng(0).normal(2, 3, size=(80, 6)) ** 3
    found = cluster_persons(features, n_persons)
    unit = normalize(scale(features))
    expected = AgglomerativeClustering(n_persons, linkage="ward").fit_predict(unit)
    assert adjusted_rand_score(expected, found.cluster) == 1
    assert found.silhouette == pytest.approx(silhouette_score(unit, found.cluster, metric="cosine"), abs=1e-9)
