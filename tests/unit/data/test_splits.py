import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Clips
from blemore_cli.data.splits import Split, balanced_groups, check_no_shared_actor, fold_splits, inner_splits


def clips_of(actors: str, folds: list[int]) -> Clips:
    fold = np.array(folds)
    names = np.array([f"clip_{row}" for row in range(len(fold))])
    return Clips(names, np.array(list(actors)), fold < 0, fold, np.where(fold < 0, -1, 0))


def test_fold_splits_are_the_official_folds_in_order() -> None:
    splits = fold_splits(clips_of("abcabt", [4, 0, 2, 4, 0, -1]))
    assert [split.fold for split in splits] == [0, 2, 4]
    assert [split.held_out.tolist() for split in splits] == [[1, 4], [2], [0, 3]]
    assert splits[0].train.tolist() == [0, 2, 3]


def test_one_fold_cannot_be_left_out() -> None:
    with pytest.raises(DataError, match="2 folds or more, got 3"):
        fold_splits(clips_of("abt", [3, 3, -1]))


def test_inner_splits_are_whole_folds_of_the_given_rows() -> None:
    clips = clips_of("abcdef", [0, 1, 2, 0, 1, 2])
    splits = inner_splits(clips, np.array([0, 1, 3, 4]))
    assert [(split.fold, split.train.tolist(), split.held_out.tolist()) for split in splits] == [
        (0, [1, 4], [0, 3]),
        (1, [0, 3], [1, 4]),
    ]


@pytest.mark.parametrize(("actors", "n_parts"), [("aabbccddeeff", 4), ("aaabbb", 2)])
def test_a_single_fold_is_split_by_actor(actors: str, n_parts: int) -> None:
    clips = clips_of(actors + "zz", [0] * len(actors) + [1, 1])
    rows = np.arange(len(actors))
    splits = inner_splits(clips, rows)
    assert len(splits) == n_parts
    assert sorted(np.concatenate([split.held_out for split in splits])) == rows.tolist()
    for split in splits:
        check_no_shared_actor(clips, split)


def test_one_actor_cannot_be_split() -> None:
    with pytest.raises(DataError, match="2 actors or more, got 3 clips of 1"):
        inner_splits(clips_of("aaab", [0, 0, 0, 1]), np.arange(3))


def test_test_clips_are_no_training_rows() -> None:
    with pytest.raises(DataError, match="clip_2"):
        inner_splits(clips_of("abt", [0, 1, -1]), np.arange(3))


def test_shared_actors_are_named() -> None:
    clips = clips_of("abca", [0, 0, 1, 1])
    with pytest.raises(DataError, match="got a on both sides of fold 1"):
        check_no_shared_actor(clips, Split(1, train=np.array([0, 1]), held_out=np.array([2, 3])))


def test_larger_actors_are_placed_first() -> None:
    actor = np.repeat(["a", "b", "c", "d"], [3, 9, 4, 2])
    groups = balanced_groups(actor, 2)
    assert np.bincount(groups).tolist() == [9, 9]
    assert set(groups[actor == "b"]) == {0}
