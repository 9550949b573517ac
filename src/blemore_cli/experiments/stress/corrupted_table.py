"""Feature table in which encoders fail for a share of the clips of every fold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import FailureKind, Standardize
from blemore_cli.core.errors import UsageError
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Floats
from blemore_cli.data.index.feature_table import FeatureTable, load_table, without_unidentified_test_clips
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.encoder_failure.corruption import Failures, corrupted, donors
from blemore_cli.evaluation.encoder_failure.failing import failing


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
    """The raw features that models read out of fold: of the labelled clips, and of what these are standardised with."""
    table = load_table(index, encoders)
    if standardize == "person":
        return without_unidentified_test_clips(table)
    rows, features = ~table.clips.is_test, table.features
    return replace(
        table,
        features=tuple(matrix[rows] for matrix in features),
        present=table.present[rows],
        clips=table.clips.take(rows),
    )


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
    failed = failing(_draws(table, condition), table.present & ~table.clips.is_test[:, None], condition.share)
    columns = [_corrupted(table, encoder, failed[:, encoder], condition) for encoder in range(len(table.names))]
    failed = np.stack([rows for _, rows in columns], axis=1)
    present = table.present & ~failed if condition.kind == "missing" else table.present
    return replace(table, features=tuple(matrix for matrix, _ in columns), present=present), failed


def _draws(table: FeatureTable, condition: Condition) -> Floats:
    """(N, E) draws that decide which encoders fail."""
    draws = np.ones(table.present.shape)
    for column, name in enumerate(table.names):
        if name in (condition.encoders or table.names):
            draws[:, column] = numpy_generator(condition.seed, "failing", name).random(len(draws))
    return draws


def _corrupted(
    table: FeatureTable, encoder: int, failed: Bools, condition: Condition
) -> tuple[NDArray[np.float32], Bools]:
    """Features of an encoder, and the clips for which it failed, without those that had no other clip to swap with."""
    features, clips, name = table.features[encoder], table.clips, table.names[encoder]
    available = table.present[:, encoder] & ~clips.is_test
    if not failed.any():
        return features, failed
    donor = np.arange(len(clips))
    if condition.kind == "swap":
        generator = numpy_generator(condition.seed, "donors", name)
        donor = donors(clips.fold, clips.label, available, generator=generator)
        failed = failed & (donor != np.arange(len(clips)))
    generator = numpy_generator(condition.seed, "corruption", condition.kind, name)
    return corrupted(features, available, Failures(condition.kind, failed, donor), generator=generator), failed
