"""Face detection and alignment: the largest face of a frame, found once for all encoders that see faces."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.extraction.encoders.base import imported
from blemore_cli.extraction.encoders.face import Face, face_model
from blemore_cli.extraction.media.video import Frames

DETECTION_SIDE: Final = 480
"""Pixels of the longer side of what the detector sees: faces of 80 pixels and more are found in it."""

CHIP_PADDING: Final = 0.25
"""Share of a face's size around it in a crop."""


LANDMARKS: Final = "shape_predictor_5_face_landmarks.dat"


def detection_weights() -> Path:
    """The file of the landmarks, which a crop depends on.

    Raises:
        UsageError: If the package with it is not installed.
    """
    return face_model(LANDMARKS)


@dataclass
class FaceCount:
    """Counts of the faces of a clip.

    Attributes:
        n_frames: Frames looked at.
        n_lost: Frames without a face.
        n_several: Frames with more than one, of which the largest was taken.
    """

    n_frames: int = 0
    n_lost: int = 0
    n_several: int = 0


class FaceDetector:
    """Histogram-of-gradients detector and five landmarks of dlib.

    Source: Dalal and Triggs, Histograms of oriented gradients for human detection, CVPR 2005; Kazemi and Sullivan,
    One millisecond face alignment with an ensemble of regression trees, CVPR 2014.
    """

    def __init__(self) -> None:
        self._dlib = imported("dlib", Face.install)
        self._detector = self._dlib.get_frontal_face_detector()
        self._landmarks = self._dlib.shape_predictor(str(detection_weights()))

    def largest(self, picture: NDArray[np.uint8]) -> tuple[Any, int]:
        """The landmarks of the largest face of a frame (height, width, 3), or none, and how many faces there are."""
        step = max(1.0, max(picture.shape[:2]) / DETECTION_SIDE)
        height, width = (max(1, round(side / step)) for side in picture.shape[:2])
        small = picture if step == 1.0 else self._dlib.resize_image(picture, height, width)
        boxes = self._detector(small, 0)
        if not boxes:
            return None, 0
        box = max(boxes, key=lambda candidate: candidate.area())
        corners = (round(side * step) for side in (box.left(), box.top(), box.right(), box.bottom()))
        return self._landmarks(picture, self._dlib.rectangle(*corners)), len(boxes)

    def chip(self, picture: NDArray[np.uint8], landmarks: Any, size: int) -> NDArray[np.uint8]:
        """The aligned face (size, size, 3) of a frame."""
        return np.asarray(self._dlib.get_face_chip(picture, landmarks, size=size, padding=CHIP_PADDING))


@dataclass
class FaceTrack:
    """Faces of the frames of one clip.

    Attributes:
        detector: Detects and crops.
        count: What was seen so far.
    """

    detector: FaceDetector
    count: FaceCount = field(default_factory=FaceCount)
    _landmarks: dict[float, Any] = field(default_factory=dict)

    def crops(self, frames: Frames, size: int) -> Frames:
        """Aligned faces (n, size, size, 3) of the frames that show one; each frame is searched once."""
        faces = [(row, landmarks) for row in range(len(frames)) if (landmarks := self._at(frames, row))]
        if not faces:
            return Frames(np.empty((0, size, size, 3), dtype=np.uint8), np.empty(0))
        chips = [self.detector.chip(frames.pixels[row], landmarks, size) for row, landmarks in faces]
        return Frames(np.stack(chips), frames.seconds[[row for row, _ in faces]])

    def forget(self) -> None:
        """Drops the faces of frames that no encoder will ask for again."""
        self._landmarks.clear()

    def _at(self, frames: Frames, row: int) -> Any:
        seconds = float(frames.seconds[row])
        if seconds not in self._landmarks:
            self._landmarks[seconds], n_faces = self.detector.largest(frames.pixels[row])
            self.count.n_frames += 1
            self.count.n_lost += n_faces == 0
            self.count.n_several += n_faces > 1
        return self._landmarks[seconds]
