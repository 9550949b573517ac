"""The neighbours' competence against DESlib: hits among the k nearest output profiles (KNOP)."""

from functools import partial

import numpy as np
import torch
from deslib.des.knop import KNOP
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier

from blemore_cli.model.evidence.neighbours import NeighbourCompetence, Profiles


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(3, 7), st.integers(1, 12))
def test_competence_is_that_of_k_nearest_output_profiles(
    seed: int, n_encoders: int, n_labels: int, n_neighbours: int
) -> None:
    rng = np.random.default_rng(seed)
    known, query = (rng.dirichlet(np.ones(n_labels), (n, n_encoders)).astype(np.float32) for n in (40, 9))
    label = rng.integers(n_labels, size=40)
    hits = known.argmax(-1) == label[:, None]
    outside = KNOP(k=n_neighbours)
    outside.n_classifiers_, outside.n_classes_, outside.k_ = n_encoders, n_labels, n_neighbours
    outside.knn_class_, outside.DSEL_processed_ = partial(KNeighborsClassifier, algorithm="brute"), hits
    outside._fit_OP(known.reshape(40, -1), label, n_neighbours)
    expected = outside.estimate_competence_from_proba(query) / n_neighbours

    module = NeighbourCompetence(n_encoders, n_labels)
    everywhere = [torch.ones(n, n_encoders, dtype=torch.bool) for n in (40, 9)]
    module.remember(Profiles(torch.from_numpy(known), everywhere[0]), torch.from_numpy(hits - 1.0))  # hit 0, miss -1
    found = module(Profiles(torch.from_numpy(query), everywhere[1]), n_neighbours).sigmoid().log()
    np.testing.assert_allclose(found.numpy() + 1, expected, atol=2e-6)
