"""Laws of every split: nothing on both sides, nothing lost, folds and actors whole."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from blemore_cli.core.types import Clips
from blemore_cli.data.splits import balanced_groups, check_no_shared_actor, fold_splits, inner_splits


@st.composite
def challenges(draw: st.DrawFn) -> Clips:
    """Clips in any order: actors with a fold each, at least two actors in each of 2 to 5 folds, and test clips."""
    n_folds = draw(st.integers(2, 5))
    fold_of_actor = [*range(n_folds), *range(n_folds), *draw(st.lists(st.integers(0, n_folds - 1), max_size=6))]
    actors = [*range(len(fold_of_actor)), *draw(st.lists(st.integers(0, len(fold_of_actor) - 1), max_size=60))]
    pairs = [(f"A{actor}", fold_of_actor[actor] * 3) for actor in actors]
    rows = draw(st.permutations(pairs)) + [("", -1)] * draw(st.integers(0, 5))
    fold = np.array([fold for _, fold in rows])
    names = np.array([f"clip_{row}" for row in range(len(rows))])
    return Clips(names, np.array([actor for actor, _ in rows]), fold < 0, fold, np.where(fold < 0, -1, 0))


@settings(deadline=None, max_examples=60)
@given(challenges())
def test_official_splits(clips: Clips) -> None:
    splits = fold_splits(clips)
    training = np.flatnonzero(~clips.is_test)
    assert [split.fold for split in splits] == sorted(set(clips.fold[training]))
    assert sorted(np.concatenate([split.held_out for split in splits])) == training.tolist()
    for split in splits:
        assert sorted([*split.train, *split.held_out]) == training.tolist()
        assert set(clips.fold[split.held_out]) == {split.fold}
        check_no_shared_actor(clips, split)


@settings(deadline=None, max_examples=60)
@given(challenges())
def test_inner_splits_never_see_the_outer_fold(clips: Clips) -> None:
    for outer in fold_splits(clips):
        inner = inner_splits(clips, outer.train)
        assert sorted(np.concatenate([split.held_out for split in inner])) == outer.train.tolist()
        for split in inner:
            assert sorted([*split.train, *split.held_out]) == outer.train.tolist()
            assert len(split.train)
            assert len(split.held_out)
            assert outer.fold not in clips.fold[split.train]
            check_no_shared_actor(clips, split)


@settings(deadline=None, max_examples=60)
@given(challenges())
def test_groups_of_actors_do_not_depend_on_the_order_of_rows(clips: Clips) -> None:
    order = np.argsort(clips.filename)[::-1]
    groups = balanced_groups(clips.actor, 3)
    assert (balanced_groups(clips.actor[order], 3) == groups[order]).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=80), st.integers(1, 6))
def test_groups_are_whole_and_balanced(actors: list[int], n_groups: int) -> None:
    actor = np.array([f"A{number}" for number in actors])
    groups = balanced_groups(actor, n_groups)
    sizes = np.bincount(groups, minlength=n_groups)
    largest_actor = max(np.unique(actor, return_counts=True)[1])
    assert all(len(set(groups[actor == name])) == 1 for name in actor)
    assert sizes.max() - sizes.min() <= largest_actor
    assert (sizes > 0).sum() == min(n_groups, len(set(actors)))
