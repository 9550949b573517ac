"""Face embeddings: a residual network over aligned faces, trained to tell persons apart."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.extraction.encoders.base import FrameEncoder, checked_fps, data_folder, imported
from blemore_cli.extraction.media.video import Frames

FACE_MODELS: Final = "face_recognition_models"


class Face(FrameEncoder):
    """Embedding (128,) of whose face is seen, from dlib's network: the mean over frames, of length 1.

    Args:
        fps: Frames of a second that it encodes; 0 is all of them.

    Source: King, High quality face recognition with deep metric learning, blog.dlib.net, 2017.
    """

    packages = ("dlib-bin",)
    install = "pip install 'blemore[extract-face]'"
    licence = "Boost, weights CC0"
    is_pooled = True
    width = 128
    crop = "face"
    crop_size = 150

    def __init__(self, *, fps: float = 5.0) -> None:
        self.fps = checked_fps(fps)
        self._network: Any = None

    @property
    def weights(self) -> tuple[Path, ...]:
        """The weights in face_recognition_models' package."""
        return (face_model("dlib_face_recognition_resnet_model_v1.dat"),)

    def open(self, device: str) -> None:
        """Loads the network."""
        del device
        self._network = imported("dlib", self.install).face_recognition_model_v1(str(self.weights[0]))

    def encode(self, frames: Frames) -> NDArray[np.float32]:
        """Embeddings (n, 128) of aligned faces of 150 x 150 pixels."""
        rows = [np.array(self._network.compute_face_descriptor(np.ascontiguousarray(face))) for face in frames.pixels]
        return np.stack(rows).astype(np.float32)


def face_model(name: str) -> Path:
    """A file of weights in the package face_recognition_models, which is not imported.

    Raises:
        UsageError: If it is not installed.
    """
    return data_folder(FACE_MODELS, Face.install) / "models" / name
