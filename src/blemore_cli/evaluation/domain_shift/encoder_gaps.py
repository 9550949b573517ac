"""Gaps of encoders: targets of prediction that an encoder cannot serve, as one side of the prediction lacks it.

A target is the test clips or an official fold. A model cannot read an encoder that no clip of its training has; one
that no predicted clip has would be trained for nothing, at the cost of the others.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.core.types import Bools, Clips, Ints

TEST: Final = "test"
"""The test clips as a target; the others are the numbers of the folds, as text."""


@dataclass(frozen=True)
class TargetCoverage:
    """Sides of the prediction of one target on which an encoder is present.

    Attributes:
        rows: Rows of the predicted clips.
        trained: (E,) whether any training clip has the encoder.
        always_trained: (E,) whether the training clips of every model that predicts the target have it.
        predicted: (E,) whether any predicted clip has it.
    """

    rows: Ints
    trained: Bools
    always_trained: Bools
    predicted: Bools

    @property
    def is_usable(self) -> Bools:
        """(E,) whether both sides have the encoder."""
        return self.trained & self.predicted


def target_coverage(clips: Clips, present: Bools) -> dict[str, TargetCoverage]:
    """Coverage of every target of the N clips: of the test clips, if there are any, then of each official fold.

    A model of a fold is trained on the other folds, one of the test clips on all folds but one.

    Args:
        clips: The clips.
        present: (N, E) whether a clip has features of an encoder.

    Examples:
        >>> fold, is_test = np.array([0, 1, 2, -1]), np.array([False, False, False, True])
        >>> clips = Clips(np.array(["a", "b", "c", "t"]), np.array(["A", "B", "C", ""]), is_test, fold, fold)
        >>> present = np.array([[True, True], [True, False], [True, False], [True, True]])
        >>> {target: sides.is_usable.tolist() for target, sides in target_coverage(clips, present).items()}
        {'test': [True, True], '0': [True, False], '1': [True, False], '2': [True, False]}
    """
    is_train = ~clips.is_test
    folds = np.unique(clips.fold[is_train])
    outside = {int(fold): _any(present, is_train & (clips.fold != fold)) for fold in folds}
    covered = {}
    if clips.is_test.any():
        always = np.logical_and.reduce(list(outside.values()), initial=True, axis=0)
        covered[TEST] = TargetCoverage(
            np.flatnonzero(clips.is_test), _any(present, is_train), always, _any(present, clips.is_test)
        )
    for fold, trained in outside.items():
        in_fold = is_train & (clips.fold == fold)
        covered[str(fold)] = TargetCoverage(np.flatnonzero(in_fold), trained, trained, _any(present, in_fold))
    return covered


def _any(present: Bools, rows: Bools) -> Bools:
    """(E,) whether any of the rows has an encoder."""
    return np.asarray(present[rows].any(axis=0), dtype=np.bool_)
