"""Video models over windows of frames."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.encoders.base import FrameEncoder, checked_crop, checked_fps
from blemore_cli.extraction.encoders.hugging_face.model_folder import FolderModel, model_config, rows_of
from blemore_cli.extraction.media.video import Frames

MOST_FRAMES: Final = 1024
"""Frames of a window, at most."""


class VideoModel(FolderModel, FrameEncoder):
    """A video model over windows of frames: rows (T, D) of one layer, or (L, T, D) of all; the mean over its tokens.

    Args:
        model: Its folder.
        layer: `last`, `all`, or the number of a hidden layer.
        crop: `none`, or `face`.
        fps: Frames of a second that it sees; 0 is all of them.
    """

    def __init__(self, *, model: str, layer: int | str = "last", crop: str = "none", fps: float = 0.0) -> None:
        super().__init__(model=model, layer=layer)
        self.crop, self.fps = checked_crop(crop), checked_fps(fps)
        self.window = _window(self.folder)

    def encode(self, frames: Frames) -> NDArray[np.float32]:
        """Rows of windows, one after the other."""
        model, rows = self.loaded, []
        for start in range(0, len(frames), self.window):
            pictures = list(frames.pixels[start : start + self.window])
            pixels = model.processor(pictures, return_tensors="pt")["pixel_values"].to(model.device)
            rows.append(rows_of(model.layers_of(model.hidden(pixel_values=pixels)).mean(2)))
        return np.concatenate(rows, axis=-2)


def _window(folder: Path) -> int:
    """Frames that a model sees at once."""
    window = model_config(folder).get("num_frames", 16)
    if not isinstance(window, int) or not 1 <= window <= MOST_FRAMES:
        raise DataError(
            f"{folder}: num_frames in config.json must be a number from 1 to {MOST_FRAMES}, got {window!r:.40}",
            fix="Restore the model's config.json.",
        )
    return window
