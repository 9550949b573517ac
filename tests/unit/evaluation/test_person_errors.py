import numpy as np
import pytest

from blemore_cli.evaluation.person_errors import PersonErrors, person_errors, with_merged, with_split

ACTOR = np.repeat([f"A{i:02d}" for i in range(20)], 30)
FOLD = np.repeat(np.arange(20) % 5, 30)


def test_clusters_that_are_the_actors_have_no_error() -> None:
    assert person_errors(ACTOR, np.repeat(np.arange(20), 30)[::-1].copy()) == PersonErrors(0, 0)


def test_a_tenth_of_the_clips_may_stray() -> None:
    cluster = np.repeat(np.arange(20), 30)
    cluster[:3] = 19
    assert person_errors(ACTOR, cluster) == PersonErrors(0, 0)
    cluster[3] = 19
    assert person_errors(ACTOR, cluster) == PersonErrors(0, 0.05)


@pytest.mark.parametrize(("share", "n_merged"), [(0.01, 2), (0.3, 6), (1.0, 20)])
def test_merged_persons_are_measured_as_merged(share: float, n_merged: int) -> None:
    merged = with_merged(ACTOR, FOLD, share, np.random.default_rng(0))
    errors = person_errors(ACTOR, np.unique(merged, return_inverse=True)[1])
    assert errors == PersonErrors(n_merged / 20, 0)
    for name in np.unique(merged):
        assert len(np.unique(FOLD[merged == name])) == 1


@pytest.mark.parametrize(("share", "n_split"), [(0.01, 1), (0.3, 6), (1.0, 20)])
def test_split_persons_are_measured_as_split(share: float, n_split: int) -> None:
    split = with_split(ACTOR, share, np.random.default_rng(0))
    errors = person_errors(ACTOR, np.unique(split, return_inverse=True)[1])
    assert errors == PersonErrors(0, n_split / 20)
    assert sorted(np.unique(split, return_counts=True)[1])[0] == 15
    assert len(np.unique(split)) == 20 + n_split


def test_one_person_in_each_fold_is_merged_with_nobody() -> None:
    actor = np.repeat(["a", "b"], 4)
    assert with_merged(actor, np.repeat([0, 1], 4), 1.0, np.random.default_rng(0)).tolist() == actor.tolist()
