"""Frames of a clip that count: tracked, of one face, and without NaN."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from blemore_cli.core.choices import FaceChoice
from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Bools, Floats
from blemore_cli.data.features.evidence.selection import NO_CHOICE, with_columns_chosen
from blemore_cli.data.features.records import ClipFeatures

WITHOUT_SUCCESS: Final = "frames with success 0 left out"
WITH_NAN: Final = "frames with NaN left out"
OF_OTHER_FACES: Final = "frames of other faces left out"

_OF_TRACKERS: Final = ("success", "confidence", "face_id", "frame")
REPEATED: Final = "frames with the number of another frame of their clip, as of a second face"


@dataclass(frozen=True)
class FrameRules:
    """Rules for the frames and columns of an encoder.

    Attributes:
        columns: Columns that the user keeps or leaves out.
        min_confidence: Frames whose `confidence` is lower are left out.
        face: Whose frames count where there are several values of `face_id`.
    """

    columns: ColumnChoice = NO_CHOICE
    min_confidence: float = 0.0
    face: FaceChoice = "error"


NO_RULES: Final = FrameRules()


def frames_that_count(clip: ClipFeatures, rules: FrameRules) -> ClipFeatures:
    """A clip without the frames that tell nothing of its face, and without the columns that are no evidence.

    Where columns are named `success`, `confidence` and `face_id`, as OpenFace does, frames with success 0, with too
    little confidence, and of other faces are left out; then frames with NaN. A column that is NaN in every frame is
    not held against a frame.

    Args:
        clip: Features (T, D) as they were read; a row (D,) or (1, D) loses no frame to NaN.
        rules: The rules.

    Returns:
        The clip, with the number of frames of each kind among its notes.

    Raises:
        DataError: If several faces are left and the rules choose none, or a feature is infinite.
    """
    may_be_row = clip.features.ndim == 1 or len(clip.features) == 1
    clip = clip if clip.features.ndim == 1 else _of_one_face(_tracked(clip, rules.min_confidence), rules.face)
    clip = with_columns_chosen(clip, rules.columns)
    return clip if may_be_row else _without_nan(clip)


def _tracked(clip: ClipFeatures, min_confidence: float) -> ClipFeatures:
    tracker = _tracker_columns(clip)
    if "success" in tracker:
        clip = _with_frames(clip, tracker["success"] > 0, WITHOUT_SUCCESS)
        tracker = _tracker_columns(clip)
    if "confidence" in tracker and min_confidence > 0:
        kept = tracker["confidence"] >= min_confidence
        clip = _with_frames(clip, kept, f"frames with confidence below {min_confidence:g} left out")
    return clip


def _of_one_face(clip: ClipFeatures, choice: FaceChoice) -> ClipFeatures:
    tracker = _tracker_columns(clip)
    face_of_frame = tracker.get("face_id")
    if face_of_frame is None:
        return _with_repeated_numbers_noted(clip, tracker)
    faces, counts = np.unique(face_of_frame[~np.isnan(face_of_frame)], return_counts=True)
    if len(faces) <= 1:
        return clip
    if isinstance(choice, int):
        face = float(choice)
    elif choice == "most_frames":
        face = faces[counts.argmax()]
    else:
        seen = [f"{face:g} ({n} frames)" for face, n in zip(faces, counts, strict=True)]
        raise DataError(
            f"a clip's frames must be of one face, got the face_id {listed(seen)}",
            fix="Choose with data.face: most_frames, or the face_id of the clips' actor.",
        )
    return _with_frames(clip, face_of_frame == face, OF_OTHER_FACES)


def _with_repeated_numbers_noted(clip: ClipFeatures, tracker: Mapping[str, Floats]) -> ClipFeatures:
    """The clip with a note where frames have one number, as rows of several faces have that are not told apart."""
    n_repeated = len(clip.features) - len(np.unique(tracker["frame"])) if "frame" in tracker else 0
    return replace(clip, notes={**clip.notes, REPEATED: n_repeated}) if n_repeated else clip


def _tracker_columns(clip: ClipFeatures) -> Mapping[str, Floats]:
    """The columns (T,) of what a tracker says of its frames, by their names in lower case."""
    return {name: clip.features[:, position] for name, position in _tracker_positions(clip.columns)}


@lru_cache(maxsize=64)  # the files of an encoder have the same columns
def _tracker_positions(columns: tuple[str, ...]) -> list[tuple[str, int]]:
    """Name and position of these columns: the first of a name counts."""
    names = [name.lower() for name in columns]
    return [(name, names.index(name)) for name in _OF_TRACKERS if name in names]


def _without_nan(clip: ClipFeatures) -> ClipFeatures:
    """The clip without frames with NaN, in columns that have numbers in other frames."""
    frames = clip.features
    if frames.dtype.kind != "f" or np.isfinite(frames).all():
        return clip
    is_nan = np.isnan(frames)
    has_numbers = ~is_nan.all(axis=0)
    _check_not_infinite(clip)
    left_out = is_nan[:, has_numbers].any(axis=1) | (not has_numbers.any())
    return _with_frames(clip, np.logical_not(left_out), WITH_NAN)


def _check_not_infinite(clip: ClipFeatures) -> None:
    frame, column = np.argwhere(np.isinf(clip.features))[:1].T
    if frame.size:
        name = clip.columns[column[0]] if clip.columns else f"{column[0]} (counted from 0)"
        raise DataError(
            f"frames must be finite numbers in float32, got an infinite value in frame {frame[0] + 1}, column {name}",
            fix="Extract this clip again, or leave the column out with data.columns.",
        )


def _with_frames(clip: ClipFeatures, kept: Bools, note: str) -> ClipFeatures:
    n_left_out = int((~kept).sum())
    if not n_left_out:
        return clip
    notes = {**clip.notes, note: clip.notes.get(note, 0) + n_left_out}
    return replace(clip, features=np.ascontiguousarray(clip.features[kept]), notes=notes)
