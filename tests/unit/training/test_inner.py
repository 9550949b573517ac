from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.core.types import Clips
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.splits import fold_splits
from blemore_cli.training.inner import InnerPart, inner_parts


def parts_of(clips: Clips) -> dict[int, list[InnerPart]]:
    return {split.fold: inner_parts(clips, split, "nested") for split in fold_splits(clips)}


def in_folds(clips: Clips, n_folds: int) -> Clips:
    """The same actors in fewer folds."""
    return replace(clips, fold=np.where(clips.is_test, -1, clips.fold % n_folds))


def rows_of_folds(clips: Clips, *folds: int) -> np.ndarray:
    return np.flatnonzero(np.isin(clips.fold, folds))


def test_each_pair_of_folds_is_one_training_that_serves_both(tiny_table: FeatureTable) -> None:
    parts = parts_of(tiny_table.clips)
    named = {part.name: part for own in parts.values() for part in own}
    assert sorted(named) == [f"{j}+{k}" for j in range(5) for k in range(j + 1, 5)]
    for name, part in named.items():
        users = {fold: each for fold, own in parts.items() for each in own if each.name == name}
        assert sorted(users) == [int(fold) for fold in name.split("+")]
        for each in users.values():
            np.testing.assert_array_equal(each.train, part.train)
            np.testing.assert_array_equal(each.predicted, part.predicted)


def test_a_pair_is_trained_without_both_and_each_is_judged_on_the_other(tiny_table: FeatureTable) -> None:
    clips = tiny_table.clips
    for fold, parts in parts_of(clips).items():
        for part, other in zip(parts, [k for k in range(5) if k != fold], strict=True):
            np.testing.assert_array_equal(part.train, rows_of_folds(clips, *set(range(5)) - {fold, other}))
            np.testing.assert_array_equal(part.predicted, rows_of_folds(clips, fold, other))
            np.testing.assert_array_equal(part.judged, rows_of_folds(clips, other))


@pytest.mark.parametrize("n_folds", [2, 3, 5])
def test_every_training_row_is_judged_once_by_a_model_that_did_not_see_it(
    tiny_table: FeatureTable, n_folds: int
) -> None:
    clips = in_folds(tiny_table.clips, n_folds)
    for split in fold_splits(clips):
        parts = inner_parts(clips, split, "nested")
        judged = np.concatenate([part.judged for part in parts])
        np.testing.assert_array_equal(np.sort(judged), split.train)
        for part in parts:
            assert not np.intersect1d(part.train, part.predicted).size
            assert not np.intersect1d(part.train, split.held_out).size
            assert np.isin(part.judged, part.predicted).all()
            assert not np.intersect1d(clips.actor[part.train], clips.actor[part.judged]).size
            np.testing.assert_array_equal(part.predicted, np.unique(part.predicted))  # `choose` looks rows up in it
            assert not clips.is_test[np.concatenate([part.train, part.predicted])].any()


def test_of_two_folds_the_other_one_is_split_by_actors(tiny_table: FeatureTable) -> None:
    clips = in_folds(tiny_table.clips, 2)
    parts = parts_of(clips)
    names = [part.name for own in parts.values() for part in own]
    assert names == [f"{fold}.{part}" for fold in range(2) for part in range(4)]
    for fold, own in parts.items():
        for part in own:
            np.testing.assert_array_equal(part.predicted, part.judged)
            assert (clips.fold[part.train] == 1 - fold).all()


def test_of_three_folds_the_training_is_on_one(tiny_table: FeatureTable) -> None:
    clips = in_folds(tiny_table.clips, 3)
    names = {part.name for own in parts_of(clips).values() for part in own}
    assert names == {"0+1", "0+2", "1+2"}


@pytest.mark.parametrize("n_folds", [2, 5])
def test_officially_the_scored_fold_chooses(tiny_table: FeatureTable, n_folds: int) -> None:
    for split in fold_splits(in_folds(tiny_table.clips, n_folds)):
        (part,) = inner_parts(tiny_table.clips, split, "official")
        assert part.name == str(split.fold)
        np.testing.assert_array_equal(part.train, split.train)
        np.testing.assert_array_equal(part.predicted, split.held_out)
        np.testing.assert_array_equal(part.judged, split.held_out)


def test_labels_do_not_matter(tiny_table: FeatureTable) -> None:
    unlabelled = replace(tiny_table.clips, label=np.full(320, -1))
    for before, after in zip(parts_of(tiny_table.clips).values(), parts_of(unlabelled).values(), strict=True):
        for one, other in zip(before, after, strict=True):
            assert one.name == other.name
            for rows in ("train", "predicted", "judged"):
                np.testing.assert_array_equal(getattr(one, rows), getattr(other, rows))
