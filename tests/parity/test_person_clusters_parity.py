"""Person clusters and their silhouette against scikit-learn's clustering by cosine distance."""

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import normalize, scale

from blemore_cli.evaluation.person_clusters import cluster_persons


@pytest.mark.parametrize("n_persons", [2, 7])
def test_clusters_and_their_silhouette(n_persons: int) -> None:
    features = np.random.default_rng(0).normal(2, 3, size=(80, 6)) ** 3
    found = cluster_persons([features], n_persons)
    unit = normalize(scale(features))
    expected = AgglomerativeClustering(n_persons, linkage="ward").fit_predict(unit)
    assert adjusted_rand_score(expected, found.cluster) == 1
    assert found.silhouette == pytest.approx(silhouette_score(unit, found.cluster, metric="cosine"), abs=1e-9)
