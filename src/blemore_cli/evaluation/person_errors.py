"""Errors of an identification of persons: how many persons are merged or split, and the same errors at random.

A person's main cluster is the one that holds most of their clips. Two persons with the same main cluster are merged; a
person is split if more than a tenth of their clips are outside of it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.core.types import Ints, Strings

STRAYS: Final = 0.1
"""Share of a person's clips outside of their main cluster above which the person is split."""


@dataclass(frozen=True)
class PersonErrors:
    """Shares of the persons, in [0, 1], that clusters merge with another and that they split."""

    merged: float
    split: float


def person_errors(actor: Strings, cluster: Ints) -> PersonErrors:
    """Errors of clusters (N,) of clips of known actors (N,).

    Examples:
        >>> person_errors(np.array(["a", "a", "b", "b", "c", "c", "d", "d"]), np.array([0, 0, 0, 0, 1, 2, 3, 3]))
        PersonErrors(merged=0.5, split=0.25)
    """
    names, of_actor = np.unique(actor, return_inverse=True)
    _, of_cluster = np.unique(cluster, return_inverse=True)
    clips = np.zeros((len(names), of_cluster.max() + 1))
    np.add.at(clips, (of_actor, of_cluster), 1)
    main = clips.argmax(axis=1)
    strays = 1 - clips.max(axis=1) / clips.sum(axis=1)
    return PersonErrors(float((np.bincount(main)[main] > 1).mean()), float((strays > STRAYS).mean()))


def with_merged(actor: Strings, fold: Ints, share: float, generator: np.random.Generator) -> Strings:
    """(N,) the actors with a share of them, two at least, merged in random pairs within folds.

    Pairs are within folds (N,), as test persons are confused with test persons.
    """
    merged, pairs = actor.copy(), []
    for number in np.unique(fold):
        names = generator.permutation(np.unique(actor[fold == number]))
        pairs += [(names[i], names[i + 1]) for i in range(0, len(names) - 1, 2)]
    n_pairs = max(1, round(share * len(np.unique(actor)) / 2))
    for pair in generator.permutation(len(pairs))[:n_pairs]:
        first, second = pairs[pair]
        merged[actor == second] = first
    return merged


def with_split(actor: Strings, share: float, generator: np.random.Generator) -> Strings:
    """(N,) the actors with a share of them, one at least, split into two random halves of their clips."""
    names, group = np.unique(actor, return_inverse=True)
    chosen = generator.permutation(len(names))[: max(1, round(share * len(names)))]
    group = 2 * group
    for person in chosen:
        rows = generator.permutation(np.flatnonzero(group == 2 * person))
        group[rows[: len(rows) // 2]] += 1
    return np.array([f"person-{number}" for number in group])
