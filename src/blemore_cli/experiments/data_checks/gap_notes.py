"""Notes on gaps of encoders: what is not used for some targets, and clips that are predicted without features."""

from collections.abc import Sequence

import numpy as np

from blemore_cli.core.errors import listed
from blemore_cli.core.types import Bools, Clips
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.encoder_gaps import TEST, TargetCoverage, target_coverage


def index_gap_notes(
    index: Index, encoders: Sequence[str] = (), folds: Sequence[int] = (), *, predicts_test: bool = True
) -> list[str]:
    """The notes of `gap_notes` on encoders of an index: all encoders and folds, where none is named."""
    names = tuple(encoders or index.encoders)
    present = np.stack([index.present(name) for name in names], axis=1)
    every_fold = np.unique(index.clips.fold[~index.clips.is_test]).tolist()
    return gap_notes(names, index.clips, present, folds or every_fold, predicts_test=predicts_test)


def incomplete_encoders(index: Index, names: Sequence[str]) -> dict[str, int]:
    """Number of training clips that an encoder lacks, for each encoder that lacks any."""
    lacking = {name: int((~index.present(name) & ~index.clips.is_test).sum()) for name in names}
    return {name: n_missing for name, n_missing in lacking.items() if n_missing}


def gap_notes(
    names: Sequence[str], clips: Clips, present: Bools, folds: Sequence[int], *, predicts_test: bool = True
) -> list[str]:
    """Sentences on encoders that some targets are predicted without, and on clips that have no other.

    Args:
        names: Names of E encoders.
        clips: N clips.
        present: (N, E) whether a clip has features of an encoder.
        folds: The folds that are predicted.
        predicts_test: Whether the test clips are predicted.
    """
    targets = ([TEST] if predicts_test else []) + [str(fold) for fold in folds]
    covered = {target: sides for target, sides in target_coverage(clips, present).items() if target in targets}
    unused = [note for encoder, name in enumerate(names) for note in _unused(name, encoder, covered)]
    return unused + [note for target, sides in covered.items() if (note := _unread(target, sides, clips, present))]


def _unused(name: str, encoder: int, covered: dict[str, TargetCoverage]) -> list[str]:
    """Why an encoder is not used, for each group of targets with the same reason."""
    start = f"encoder {name} is not used"
    if covered and not any(sides.trained[encoder] for sides in covered.values()):
        return [f"{start}: no training clip has it"]
    lacking = [fold for fold, sides in covered.items() if fold != TEST and not sides.predicted[encoder]]
    alone = [fold for fold, sides in covered.items() if fold != TEST and not sides.trained[encoder]]
    notes = [f"{start} for {_folds(lacking)}: none of its clips has it"] if lacking else []
    notes += [f"{start} for {_folds(alone)}: no clip of another fold has it"] if alone else []
    if TEST in covered and not covered[TEST].predicted[encoder]:
        notes.append(f"{start} for the test clips: none of them has it")
    return notes


def _folds(folds: Sequence[str]) -> str:
    return f"fold{'s' * (len(folds) > 1)} {', '.join(folds)}"


def _unread(target: str, covered: TargetCoverage, clips: Clips, present: Bools) -> str:
    """The clips of a target that have no encoder in common with the training clips of every model."""
    unread = covered.rows[~(present[covered.rows] & covered.always_trained).any(axis=1)]
    if not len(unread):
        return ""
    where = "test clips" if target == TEST else f"clips of fold {target}"
    names = listed(clips.filename[unread].tolist())
    return f"{len(unread)} {where} are predicted without features, as training clips lack their encoders: {names}"
