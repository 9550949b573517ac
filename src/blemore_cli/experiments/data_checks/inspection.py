"""Inspection of an index: counts of emotion sets, folds, NaN values and degenerate features, and shifts."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.labels import SET_OF_LABEL, SETS
from blemore_cli.core.types import Clips
from blemore_cli.data.features.degenerate import DegenerateFeatures, degenerate_features
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.shift import Shift, fold_shifts, shift_auc

SHIFT_SEED: Final = 0
UNKNOWN: Final = Shift(None, None, None)


def set_counts(index: Index) -> dict[str, int]:
    """Number of training clips of each emotion set."""
    label = index.clips.label
    counts = np.bincount(SET_OF_LABEL[label[label >= 0]], minlength=len(SETS))
    return {"+".join(emotions): int(count) for emotions, count in zip(SETS, counts, strict=True)}


def fold_counts(index: Index) -> list[dict[str, int]]:
    """Number of clips and actors of each official fold."""
    clips = index.clips
    folds = np.unique(clips.fold[~clips.is_test])
    return [
        {
            "fold": int(fold),
            "clips": int((clips.fold == fold).sum()),
            "actors": len(np.unique(clips.actor[clips.fold == fold])),
        }
        for fold in folds
    ]


def nan_counts(index: Index) -> dict[str, int]:
    """Number of values of each encoder that are not finite, among the clips that have it."""
    return {name: int((~np.isfinite(index.features(name)[index.present(name)])).sum()) for name in index.encoders}


def degenerate_counts(index: Index) -> dict[str, DegenerateFeatures]:
    """What carries no information in the features of each encoder."""
    return {name: degenerate_features(index.features(name), index.present(name)) for name in index.encoders}


def encoder_shifts(
    index: Index, known: Mapping[str, Shift], *, progress: Callable[[int, int], None]
) -> dict[str, Shift]:
    """Train-against-test shift of each encoder on the clips that have it; shifts that are known are not measured again.

    `progress` is called with the number of encoders done and of all encoders.
    """
    shifts = {}
    for done, name in enumerate(index.encoders, 1):
        shifts[name] = known[name] if name in known else _test_shift(*_usable(index, name))
        progress(done, len(index.encoders))
    return shifts


def _test_shift(clips: Clips, features: NDArray[np.float32]) -> Shift:
    return shift_auc(features, clips.is_test, clips.actor, seed=SHIFT_SEED)


def target_shifts(index: Index, name: str) -> dict[str, Shift]:
    """Shift of one encoder for every target of prediction; no label is read.

    Returns:
        The shift of the test clips as of `encoder_shifts`, by the name `test`, if the index has any; then that of each
        official fold, which plays the test split against the others, by its number. It is unknown where too few clips
        of a target have the encoder, or none.
    """
    clips, features = _usable(index, name)
    train, test = ~clips.is_test, _test_shift(clips, features) if index.clips.is_test.any() else None
    folds = fold_shifts(features[train], clips.fold[train], clips.actor[train], seed=SHIFT_SEED, null=test)
    every_fold = np.unique(index.clips.fold[~index.clips.is_test]).tolist()
    return ({"test": test} if test else {}) | {str(fold): folds.get(fold, UNKNOWN) for fold in every_fold}


def _usable(index: Index, name: str) -> tuple[Clips, NDArray[np.float32]]:
    """The clips with finite features of an encoder, and these features."""
    features = index.features(name)
    present = index.present(name) & np.isfinite(features).all(axis=1)
    return index.clips.take(present), features[present]
