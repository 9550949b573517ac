"""Feature table in which encoders fail for a share of the clips of every fold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from blemore_cli.core.choices import FailureKind, Standardize
from blemore_cli.core.errors import UsageError
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Floats
from blemore_cli.data.index.feature_table import (
    FeatureTable,
    without_features,
    without_unidentified_test_clips,
)
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.encoder_failure.corruption import Failures, corrupted, donors
from blemore_cli.evaluation.encoder_failure.failing import failing
from blemore_cli.experiments.stress.matrices_on_demand import MatricesOnDemand, Matrix


@dataclass(frozen=True)
class Condition:
    """Failures of encoders.

    Attributes:
        kind: How they fail.
        share: Share of the clips for which each encoder fails, in [0, 1].
        encoders: Encoders that may fail; all where empty.
        seed: Seed of the draws, which belong to an encoder and a clip: they are the same for all arms and shares.
    """

    kind: FailureKind
    share: float
    encoders: tuple[str, ...] = ()
    seed: int = 0


def raw_table(index: Index, encoders: Sequence[str], standardize: Standardize) -> FeatureTable:
    """The raw features that models read out of fold: of the labelled clips, and of what these are standardised with.

    They are read from the index each time they are asked for.

    Raises:
        ArtefactError: If the index lacks an encoder.
    """
    table = without_features(index, encoders)
    if standardize == "person":
        table = without_unidentified_test_clips(table)
    else:
        rows = ~index.clips.is_test
        table = replace(table, present=table.present[rows], clips=index.clips.take(rows))
    names, kept = table.names, np.flatnonzero(np.isin(index.clips.filename, table.clips.filename))
    return replace(table, features=MatricesOnDemand(len(names), lambda encoder: index.features(names[encoder])[kept]))


def in_memory(table: FeatureTable) -> FeatureTable:
    """The table with its features read, or made, once."""
    return replace(table, features=tuple(table.features))


def with_failures(table: FeatureTable, condition: Condition) -> tuple[FeatureTable, Bools]:
    """Corrupts raw features of labelled clips; of a share of 0 the table comes back as it is.

    The clips of all folds are corrupted at once: each model reads those of the fold that it left out, and has learned
    from the others as they were.

    Returns:
        The table, and (N, E) which encoders failed for each clip.

    Raises:
        UsageError: If the table has one encoder, which could not fail without leaving nothing.
    """
    if len(table.names) == 1:
        raise UsageError(
            f"a stress test needs two encoders, of which one at least stays sound, and the model has {table.names[0]}",
            fix="Train with more encoders.",
        )
    drawn = failing(_draws(table, condition), table.present & ~table.clips.is_test[:, None], condition.share)
    failures = [_failures(table, encoder, drawn[:, encoder], condition) for encoder in range(len(table.names))]
    failed = np.stack([of_encoder.failed for of_encoder in failures], axis=1)
    present = table.present & ~failed if condition.kind == "missing" else table.present
    features = MatricesOnDemand(len(failures), partial(_corrupted, table, condition, failures))
    return replace(table, features=features, present=present), failed


def _draws(table: FeatureTable, condition: Condition) -> Floats:
    """(N, E) draws that decide which encoders fail."""
    draws = np.ones(table.present.shape)
    for column, name in enumerate(table.names):
        if name in (condition.encoders or table.names):
            draws[:, column] = numpy_generator(condition.seed, "failing", name).random(len(draws))
    return draws


def _failures(table: FeatureTable, encoder: int, failed: Bools, condition: Condition) -> Failures:
    """For which clips an encoder fails, without those that have no other clip to swap with."""
    clips, donor = table.clips, np.arange(len(table.clips))
    if condition.kind == "swap" and failed.any():
        generator = numpy_generator(condition.seed, "donors", table.names[encoder])
        donor = donors(clips.fold, clips.label, _available(table, encoder), generator=generator)
        failed = failed & (donor != np.arange(len(clips)))
    return Failures(condition.kind, failed, donor)


def _corrupted(table: FeatureTable, condition: Condition, failures: Sequence[Failures], encoder: int) -> Matrix:
    features, of_encoder = table.features[encoder], failures[encoder]
    if not of_encoder.failed.any():
        return features
    generator = numpy_generator(condition.seed, "corruption", condition.kind, table.names[encoder])
    return corrupted(features, _available(table, encoder), of_encoder, generator=generator)


def _available(table: FeatureTable, encoder: int) -> Bools:
    return np.asarray(table.present[:, encoder] & ~table.clips.is_test)
