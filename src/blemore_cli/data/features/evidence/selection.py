"""Selection of the columns of clips and tables that become features."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

import numpy as np

from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Bools
from blemore_cli.data.features.aggregate import AGGREGATIONS
from blemore_cli.data.features.evidence.names import evidence_among, matches
from blemore_cli.data.features.parsing import stray_text
from blemore_cli.data.features.records import ClipFeatures, SourceFeatures

NO_CHOICE: Final = ColumnChoice()

Features = TypeVar("Features", ClipFeatures, SourceFeatures)


def with_columns_chosen(read: Features, choice: ColumnChoice) -> Features:
    """The features of a clip or a source without the columns that are no evidence by their names or the user's word.

    Args:
        read: Features as they were read, or chosen already, which leaves them as they are.
        choice: Columns that the user keeps or leaves out; without any, columns without names are kept.

    Raises:
        DataError: If a column of features has a cell that is no number, or no column is left.
    """
    if choice == NO_CHOICE and not read.columns and not read.unreadable:
        return read
    names: tuple[str, ...] = read.columns if choice == NO_CHOICE else names_of(read)
    is_evidence = evidence_among([*names, *read.unreadable], choice)
    kept = np.array(is_evidence[: len(names)], dtype=np.bool_)
    _check_readable(read.unreadable, is_evidence[len(names) :])
    if names and not kept.any():
        raise DataError(
            f"features must have a column that is evidence, got {listed([*names, *read.left_out], 9)}",
            fix="Extract the features again, or name the columns that are features in data.columns.",
        )
    left_out: list[str] = [name or "(unnamed)" for name, is_kept in zip(names, kept, strict=True) if not is_kept]
    return replace(
        with_columns(read, kept) if names else read,
        left_out=(*read.left_out, *read.unreadable, *left_out),
        unreadable={},
    )


def with_columns(read: Features, kept: Bools) -> Features:
    """The features with some of their W columns, each with all of its statistics, and the names of these."""
    columns = tuple(name for name, is_kept in zip(names_of(read), kept, strict=True) if is_kept)
    if kept.all():
        return replace(read, columns=columns)
    features = np.ascontiguousarray(read.features[..., np.tile(kept, _n_statistics(read))])
    return replace(read, features=features, columns=columns)


def names_of(read: ClipFeatures | SourceFeatures) -> tuple[str, ...]:
    """The names of the W columns of a frame or row; columns without names are called by their number, from 0."""
    return read.columns or tuple(map(str, range(read.features.shape[-1] // _n_statistics(read))))


def check_patterns(choice: ColumnChoice, read: SourceFeatures, encoder: str) -> None:
    """Refuses a pattern that is of no column of the encoder.

    Raises:
        DataError: Naming pattern and columns.
    """
    names = [*names_of(read), *read.left_out]
    if unknown := [p for p in (*choice.keep, *choice.leave_out) if not any(matches(name, [p]) for name in names)]:
        raise DataError(
            f"data.columns.{encoder} must name columns of the encoder ({listed(names, 9)}), got {listed(unknown)}",
            fix="Correct the name; columns without a name are called by their number, from 0.",
        )


def by_column(of_features: Bools, read: SourceFeatures) -> Bools:
    """Which of the W columns have a feature, of their statistics, of which something is true (D,)."""
    return np.asarray(of_features.reshape(_n_statistics(read), -1).any(axis=0))


def _n_statistics(read: ClipFeatures | SourceFeatures) -> int:
    aggregation = AGGREGATIONS.get(read.aggregate or "")
    return aggregation.n_statistics if aggregation else 1


def _check_readable(unreadable: Mapping[str, str], is_evidence: Sequence[bool]) -> None:
    for (name, cell), is_feature in zip(unreadable.items(), is_evidence, strict=True):
        if is_feature:
            raise stray_text(name, cell)
