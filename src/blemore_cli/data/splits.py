"""Splits of clips by whole folds or actors: the official outer ones, and the inner ones of a training side."""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Clips, Ints, Strings

N_INNER_PARTS = 4


@dataclass(frozen=True)
class Split:
    """Rows for training and rows for evaluation.

    Attributes:
        fold: The fold that is held out (the number of the part, where a single fold is split).
        train: (N_train,) row numbers, ascending in the order they were given.
        held_out: (N_held_out,) row numbers, none of them in `train`.
    """

    fold: int
    train: Ints
    held_out: Ints


def fold_splits(clips: Clips) -> list[Split]:
    """One split for each official fold, ascending; test clips are in none.

    Raises:
        DataError: If the training clips are in fewer than two folds.
    """
    rows = np.flatnonzero(~clips.is_test)
    fold = clips.fold[rows]
    if len(np.unique(fold)) < 2:
        raise DataError(
            f"training clips must be in 2 folds or more, got {listed([str(k) for k in np.unique(fold)]) or 'no clip'}",
            fix="Give each training clip its official fold.",
        )
    return _leave_one_out(rows, fold)


def inner_splits(clips: Clips, rows: Ints) -> list[Split]:
    """Splits the rows of a training side, for stopping, scaling and thresholds.

    Each split holds out one official fold. Rows of a single fold are split by whole actors into
    `N_INNER_PARTS` parts of nearly equal size, or a part for each actor where there are fewer.

    Raises:
        DataError: If a row is of a test clip, or all rows are of one fold and one actor.
    """
    if clips.is_test[rows].any():
        raise DataError(
            f"inner splits take training clips only, got test clip {clips.filename[rows][clips.is_test[rows]][0]}",
            fix="Pass the training rows of a split.",
        )
    fold = clips.fold[rows]
    return _leave_one_out(rows, fold if len(np.unique(fold)) > 1 else _actor_parts(clips, rows))


def _actor_parts(clips: Clips, rows: Ints) -> Ints:
    actor = clips.actor[rows]
    n_actors = len(np.unique(actor))
    if n_actors < 2:
        raise DataError(
            f"an inner split needs clips of 2 actors or more, got {len(rows)} clips of {n_actors}",
            fix="Train on more folds, or on a fold with more actors.",
        )
    return balanced_groups(actor, min(N_INNER_PARTS, n_actors))


def balanced_groups(actor: Strings, n_groups: int) -> Ints:
    """Assigns whole actors to groups of nearly equal numbers of clips, independently of the order of the rows.

    Actors are taken by falling number of clips (ties by name), each into the group that is smallest so far (ties to
    the first). With at least as many actors as groups, no group is empty.

    Returns:
        (N,) group of each of the N clips, from 0.

    Source:
        Longest-processing-time-first scheduling: Graham (1969), SIAM J. Appl. Math. 17(2).

    Examples:
        >>> balanced_groups(np.array(["a", "a", "b", "c"]), 2).tolist()
        [0, 0, 1, 1]
    """
    actors, row_actor, n_clips = np.unique(actor, return_inverse=True, return_counts=True)
    group_of_actor = np.zeros(len(actors), dtype=np.int64)
    size = np.zeros(n_groups, dtype=np.int64)
    for position in np.argsort(-n_clips, kind="stable"):
        group_of_actor[position] = np.argmin(size)
        size[group_of_actor[position]] += n_clips[position]
    return group_of_actor[row_actor]


def _leave_one_out(rows: Ints, part: Ints) -> list[Split]:
    return [Split(int(k), train=rows[part != k], held_out=rows[part == k]) for k in np.unique(part)]


def check_no_shared_actor(clips: Clips, split: Split) -> None:
    """Refuses a split with a known actor on both sides.

    Raises:
        DataError: Naming the actors.
    """
    shared = np.intersect1d(clips.actor[split.train], clips.actor[split.held_out])
    actors = [str(actor) for actor in shared if actor]
    if actors:
        raise DataError(
            f"an actor must be on one side of a split, got {listed(actors)} on both sides of fold {split.fold}",
            fix="Correct the fold column, or allow it with --set data.allow_actor_overlap=true.",
        )
