import numpy as np

from blemore_cli.core.types import Clips
from blemore_cli.evaluation.gate_quality.selection_shares import (
    by_actor,
    by_kind,
    by_set,
    selection_shares,
    shares_of_groups,
)

CLIPS = Clips(
    filename=np.array(["a", "b", "c", "d"]),
    actor=np.array(["A1", "A1", "A2", ""]),
    is_test=np.zeros(4, dtype=bool),
    fold=np.array([0, 0, 1, 1]),
    label=np.array([0, 6, 7, 5]),
)
AVAILABLE = np.array([[True, True], [True, False], [True, False], [True, True]])
KEPT = np.array([[[1, 0], [1, 0], [0, 0], [0, 1]], [[1, 1], [1, 0], [1, 0], [1, 0]]], dtype=bool)


def test_shares_are_of_the_clips_that_have_the_encoder() -> None:
    np.testing.assert_array_equal(selection_shares(KEPT, AVAILABLE), [6 / 8, 2 / 4])
    assert np.isnan(selection_shares(KEPT[:, 1:3], AVAILABLE[1:3])[1])


def test_groups_are_sets_kinds_and_known_actors() -> None:
    assert {name: own.tolist() for name, own in by_set(CLIPS).items()} == {
        "ang": [True, False, False, False],
        "neu": [False, False, False, True],
        "ang+disg": [False, True, True, False],
    }
    assert list(by_kind(CLIPS)) == ["single", "blend"]
    assert list(by_kind(CLIPS.take(np.array([0])))) == ["single"]
    shares = shares_of_groups(KEPT, AVAILABLE, by_actor(CLIPS))
    assert list(shares) == ["A1", "A2"]
    np.testing.assert_array_equal(shares["A1"], [1.0, 0.5])
