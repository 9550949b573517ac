"""Video models over windows of frames."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from blemore_cli.extraction.encoders.base import Crop, FrameEncoder, checked_fps
from blemore_cli.extraction.encoders.hugging_face.model_folder import (
    INSTALL,
    LICENCE,
    PACKAGES,
    LoadedModel,
    checked_layer,
    rows_of,
    weight_files,
)
from blemore_cli.extraction.media.video import Frames


class VideoModel(FrameEncoder):
    """A video model over windows of frames: rows (T, D) of one layer, or (L, T, D) of all; the mean over its tokens.

    Args:
        model: Its folder.
        layer: `last`, `all`, or the number of a hidden layer.
        crop: `none`, or `face`.
        fps: Frames of a second that it sees; 0 is all of them.
    """

    packages, install, licence = PACKAGES, INSTALL, LICENCE

    def __init__(self, *, model: str, layer: int | str = "last", crop: Crop = "none", fps: float = 0.0) -> None:
        self._folder, self._layer = Path(model), checked_layer(layer)
        self.crop, self.fps = crop, checked_fps(fps)
        self.window = int(json.loads((self._folder / "config.json").read_text(encoding="utf-8")).get("num_frames", 16))
        self._model: Any = None

    @property
    def weights(self) -> list[Path]:
        """The files of the folder that shape the features."""
        return weight_files(self._folder)

    @property
    def width(self) -> int:
        """Width of the hidden layers."""
        return int(self._model.inner.config.hidden_size)

    def open(self, device: str) -> None:
        """Loads the model."""
        self._model = LoadedModel(self._folder, device, self._layer, "hidden")

    def encode(self, frames: Frames) -> NDArray[np.float32]:
        """Rows of windows, one after the other."""
        model, rows = self._model, []
        for start in range(0, len(frames), self.window):
            pictures = list(frames.pixels[start : start + self.window])
            pixels = model.processor(pictures, return_tensors="pt")["pixel_values"].to(model.device)
            rows.append(rows_of(model.layers_of(model.hidden(pixel_values=pixels)).mean(2)))
        return np.concatenate(rows, axis=-2)
