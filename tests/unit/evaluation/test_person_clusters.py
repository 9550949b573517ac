import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Floats, Strings
from blemore_cli.evaluation.person_clusters import actor_ari, actor_clusters, cluster_persons


def embeddings(n_persons: int, n_each: int, spread: float = 0.3, seed: int = 0) -> tuple[Floats, Strings]:
    """Features of an encoder of identity in random order: a direction for each person, and noise."""
    rng = np.random.default_rng(seed)
    person = rng.permutation(np.repeat(np.arange(n_persons), n_each))
    features = rng.normal(size=(n_persons, 24))[person] + spread * rng.normal(size=(len(person), 24))
    return 3 * features + 10, np.array([f"A{number}" for number in person])


def ari_of(features: list[Floats], actor: Strings, *, is_number_known: bool) -> float:
    return actor_ari(actor, actor_clusters(features, actor, is_number_known=is_number_known))


@pytest.mark.parametrize(("n_persons", "n_each"), [(2, 12), (11, 9), (23, 4)])
def test_persons_and_their_number_are_found(n_persons: int, n_each: int) -> None:
    features, person = embeddings(n_persons, n_each)
    found = cluster_persons([features])
    assert found.n_persons == n_persons
    assert adjusted_rand_score(person, found.cluster) == 1
    assert 0.3 < found.silhouette <= 1


@pytest.mark.parametrize("n_persons", [1, 2, 7, 36])
def test_as_many_persons_as_asked_for_in_order_of_appearance(n_persons: int) -> None:
    features, _ = embeddings(6, 6, spread=2)
    cluster = cluster_persons([features], n_persons).cluster
    assert list(dict.fromkeys(cluster.tolist())) == list(range(n_persons))


def test_scale_and_offset_of_columns_do_not_matter() -> None:
    features, _ = embeddings(5, 8)
    changed = features * np.geomspace(1e-3, 1e3, 24) + np.arange(24)
    np.testing.assert_array_equal(cluster_persons([features]).cluster, cluster_persons([changed]).cluster)


def test_equal_clips_are_one_person_without_complaint() -> None:
    found = cluster_persons([np.ones((5, 3))], 1)
    assert (found.n_persons, found.silhouette) == (1, 0)
    assert np.isfinite(cluster_persons([np.ones((5, 3))]).silhouette)
    assert cluster_persons([np.eye(4)], 4).silhouette == 0  # every row alone


@pytest.mark.parametrize(("n_clips", "n_persons", "named"), [(2, None, "3 clips or more, got 2"), (4, 5, "5 persons")])
def test_too_few_clips_are_refused(n_clips: int, n_persons: int | None, named: str) -> None:
    with pytest.raises(DataError, match=named):
        cluster_persons([np.eye(n_clips)], n_persons)


@pytest.mark.parametrize("is_number_known", [True, False])
def test_agreement_with_actors_is_1_for_identity_and_about_0_for_noise(is_number_known: bool) -> None:
    features, person = embeddings(9, 10)
    assert ari_of([features], person, is_number_known=is_number_known) == 1
    noise = np.random.default_rng(0).normal(size=features.shape)
    assert abs(ari_of([noise], person, is_number_known=is_number_known)) < 0.1


def test_two_encoders_tell_persons_apart_that_neither_does_alone() -> None:
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(4), 10)
    centres = rng.normal(size=(2, 16)) * 3
    voice = centres[person // 2] + 0.3 * rng.normal(size=(40, 16))
    face = centres[person % 2] + 0.3 * rng.normal(size=(40, 16))
    assert ari_of([voice, face], person.astype(str), is_number_known=True) == 1
    assert ari_of([voice], person.astype(str), is_number_known=True) < 0.8


def test_the_units_of_an_encoder_and_a_copy_of_all_change_nothing() -> None:
    rng = np.random.default_rng(1)
    voice, face = rng.normal(size=(30, 8)), rng.normal(size=(30, 5))
    expected = cluster_persons([voice, face], 5)
    np.testing.assert_array_equal(cluster_persons([100 * voice, face], 5).cluster, expected.cluster)
    np.testing.assert_array_equal(cluster_persons([voice, face, voice, face], 5).cluster, expected.cluster)
