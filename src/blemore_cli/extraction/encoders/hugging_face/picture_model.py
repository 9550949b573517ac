"""Picture models over the frames of a clip."""

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import ConfigError
from blemore_cli.extraction.encoders.base import FrameEncoder, checked_crop, checked_fps
from blemore_cli.extraction.encoders.hugging_face.model_folder import FolderModel, rows_of
from blemore_cli.extraction.media.video import Frames


class PictureModel(FolderModel, FrameEncoder):
    """A picture model over frames: rows (T, D) of one layer, or (L, T, D) of all.

    Args:
        model: Its folder.
        layer: `last`, `all`, or the number of a hidden layer.
        output: `hidden`, or `projection` of CLIP into the space that it shares with text.
        crop: `none`, or `face`.
        fps: Frames of a second that it encodes; 0 is all of them.
    """

    batch: int = 16

    def __init__(
        self, *, model: str, layer: int | str = "last", output: str = "hidden", crop: str = "none", fps: float = 0.0
    ) -> None:
        super().__init__(model=model, layer=layer)
        if output not in {"hidden", "projection"}:
            raise ConfigError(
                f"output must be hidden or projection, got {output!r}", fix="Correct it in extract.encoders."
            )
        self.output, self.crop, self.fps = output, checked_crop(crop), checked_fps(fps)

    @property
    def width(self) -> int:
        """Width of the features."""
        config = self.loaded.inner.config
        if self.output == "projection":
            return int(self.loaded.whole.config.projection_dim)
        return int(config.hidden_sizes[-1] if hasattr(config, "hidden_sizes") else config.hidden_size)

    def open(self, device: str) -> None:
        """Loads the model."""
        super().open(device)
        if self.output == "projection" and not hasattr(self.loaded.whole, "visual_projection"):
            raise ConfigError(f"{self.folder} has no projection", fix="Set output: hidden in extract.encoders.")
        if self.layer != "last" and self.loaded.kind == "resnet":
            raise ConfigError(f"{self.folder} has layers of different widths", fix="Leave layer out of its options.")

    def encode(self, frames: Frames) -> NDArray[np.float32]:
        """Rows of frames, in batches of a fixed size."""
        batches = [frames.pixels[start : start + self.batch] for start in range(0, len(frames), self.batch)]
        return np.concatenate([self._rows(batch) for batch in batches], axis=-2)

    def _rows(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        model = self.loaded
        pixels = model.processor(list(pictures), return_tensors="pt")["pixel_values"].to(model.device)
        outputs = model.hidden(pixel_values=pixels)
        if self.output == "projection":
            return rows_of(model.projected(outputs.pooler_output)[None])
        if model.kind == "resnet":
            return rows_of(outputs.pooler_output.flatten(1)[None])
        if self.layer == "last" and model.has_pooler and outputs.pooler_output is not None:
            return rows_of(outputs.pooler_output[None])
        states = model.layers_of(outputs)
        return rows_of(states.mean(2) if model.kind == "siglip" else states[:, :, 0])
