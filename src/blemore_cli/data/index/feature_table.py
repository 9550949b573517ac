"""Feature table: the features of chosen encoders in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import Standardize
from blemore_cli.core.errors import ArtefactError, ConfigError, listed
from blemore_cli.core.spelling import did_you_mean
from blemore_cli.core.types import Bools, Clips, Ints, Strings
from blemore_cli.data.index.file import Index
from blemore_cli.data.index.group_standardisation import (
    PERSON_PSEUDO_COUNT,
    SPLIT_PSEUDO_COUNT,
    check_persons,
    within_groups,
)


@dataclass(frozen=True)
class FeatureTable:
    """The features of E encoders for N clips, raw or standardised within groups of clips.

    Attributes:
        names: Names of the encoders.
        features: E arrays (N, D_e) float32, NaN where absent.
        present: (N, E) whether a clip has features of an encoder.
        clips: The clips of the rows.
        index_sha256: Checksum of the index that the features come from.
    """

    names: tuple[str, ...]
    features: Sequence[NDArray[np.float32]]
    present: Bools
    clips: Clips
    index_sha256: str

    @property
    def widths(self) -> tuple[int, ...]:
        """D_e of each encoder."""
        return tuple(matrix.shape[1] for matrix in self.features)


def load_table(index: Index, encoders: Sequence[str] = (), standardize: Standardize = "global") -> FeatureTable:
    """Reads the features of some encoders of an index, or of all where none is named, and standardises them.

    Raises:
        ArtefactError: If the index lacks an encoder, or if a training clip has none of the chosen ones.
        DataError: If features are to be standardised within persons, and a clip has no person.
    """
    table = without_features(index, encoders)
    return standardised(replace(table, features=tuple(map(index.features, table.names))), standardize)


def without_features(index: Index, encoders: Sequence[str] = ()) -> FeatureTable:
    """The table of some encoders of an index, or of all where none is named, before any features are read.

    Raises:
        ArtefactError: As `load_table`.
    """
    names = check_encoders(index, encoders)
    present = np.stack([index.present(name) for name in names], axis=1)
    return FeatureTable(names, (), present, index.clips, index.sha256)


def standardised(table: FeatureTable, standardize: Standardize) -> FeatureTable:
    """Raw features with each encoder standardised within groups of clips; no label is read.

    The groups of `split` are the clips of each official fold, and the test clips; those of `person` are the clips of
    each person. With `global` the features stay raw: they are scaled by the training rows of a model alone.

    Raises:
        DataError: If the groups are persons, and a clip has no person.
    """
    if standardize == "global":
        return table
    clips, count = table.clips, SPLIT_PSEUDO_COUNT
    group: Strings | Ints = clips.fold  # one number for all test clips
    if standardize == "person":
        check_persons(clips)
        group, count = clips.actor, PERSON_PSEUDO_COUNT
    scaled = (within_groups(matrix, group, ~clips.is_test, pseudo_count=count) for matrix in table.features)
    return replace(table, features=tuple(scaled))


def without_unidentified_test_clips(table: FeatureTable) -> FeatureTable:
    """The table without its test clips, which come last, if the person of any of them is unknown."""
    is_test = table.clips.is_test
    if not (is_test & (table.clips.actor == "")).any():
        return table
    features = tuple(matrix[~is_test] for matrix in table.features)
    return replace(table, features=features, present=table.present[~is_test], clips=table.clips.take(~is_test))


def check_encoders(index: Index, encoders: Sequence[str] = (), *, predicts_test: bool = False) -> tuple[str, ...]:
    """Names of the encoders to use: those given, or all of the index.

    Raises:
        ArtefactError: If the index lacks one, or if a training clip, or a test clip that is predicted, has none of
            them.
    """
    names = tuple(encoders or index.encoders)
    if len(set(names)) != len(names) or not set(names) <= set(index.encoders):
        raise ArtefactError(
            f"encoders must be distinct names of {index.path} ({', '.join(index.encoders)}), got {', '.join(names)}",
            fix="Correct --encoders (or model.encoders), or index the missing encoder.",
        )
    covered = np.any([index.present(name) for name in names], axis=0) | (index.clips.is_test & (not predicts_test))
    if orphans := index.clips.filename[~covered].tolist():
        raise ArtefactError(
            f"every clip needs features of a chosen encoder, {len(orphans)} clips have none: {listed(orphans)}",
            fix="Choose more encoders.",
        )
    return names


def check_gate_view(names: Sequence[str], view: Sequence[str]) -> None:
    """Refuses a view of the gate that is not made of the encoders in use.

    Raises:
        ArtefactError: If a name is unknown, or comes twice.
    """
    if len(set(view)) != len(view) or not set(view) <= set(names):
        raise ArtefactError(
            f"model.gate_view must be distinct encoders in use ({', '.join(names)}), got {', '.join(view)}",
            fix="Correct model.gate_view, or use the missing encoder.",
        )


def check_costs(names: Sequence[str], cost: Mapping[str, float]) -> None:
    """Refuses costs of encoders that an index does not have.

    Raises:
        ConfigError: Naming the first, and the encoder that was probably meant.
    """
    for name in cost:
        if name not in names:
            raise ConfigError(
                f"cost must name encoders of the index ({', '.join(names)}), got {name}{did_you_mean(name, names)}",
                fix="Correct cost.",
            )
