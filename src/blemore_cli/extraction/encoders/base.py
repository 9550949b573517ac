"""Abstract base classes of the pre-trained encoders, and what their children need of other packages."""

import importlib.util
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import Modality
from blemore_cli.core.errors import ConfigError, UsageError
from blemore_cli.extraction.media.video import Frames

Crop = Literal["none", "face"]
"""What of a frame an encoder sees: all of it, or the largest face."""


class Encoder(ABC):
    """A pre-trained encoder with its weights, opened once in each process; it keeps nothing from clip to clip.

    Children are `SoundEncoder` and `FrameEncoder`. Hyperparameters are the keyword-only parameters of the constructor,
    which must be cheap; `open` imports libraries and loads weights.

    Attributes:
        modality: Modality of the features.
        packages: The packages that compute the features, whose versions belong to the recipe.
        install: What installs them, for messages.
        licence: Licence of library and weights, in a few words.
        is_pooled: Whether the rows of a clip become one, by their mean with a length of 1: for embeddings of persons.
    """

    modality: ClassVar[Modality]
    packages: ClassVar[tuple[str, ...]] = ()
    install: ClassVar[str] = ""
    licence: ClassVar[str] = "not stated"
    is_pooled: ClassVar[bool] = False

    @property
    @abstractmethod
    def width(self) -> int:
        """Number of columns D of the features; known once the encoder is open."""

    @property
    def columns(self) -> Sequence[str]:
        """Names of the D columns, known once the encoder is open; none where they have no names."""
        return ()

    @property
    def weights(self) -> Sequence[Path]:
        """The files of its weights, whose checksums belong to the recipe."""
        return ()

    @abstractmethod
    def open(self, device: str) -> None:
        """Loads libraries and weights.

        Raises:
            UsageError: If a package is missing, with the line that installs it.
            DataError: If the weights are missing, damaged, unsafe, or of another kind of model.
        """


class SoundEncoder(Encoder):
    """An encoder of the sound of a whole clip."""

    modality = "audio"

    @abstractmethod
    def encode(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Features (T, D) or (D,), or (L, T, D) of L layers, of a waveform (n,) at 16 kHz in -1 to 1.

        Raises:
            NoFeaturesError: If this sound has none.
        """


class FrameEncoder(Encoder):
    """An encoder of frames of video.

    Attributes:
        fps: Frames of a second that it encodes; none for all of them.
        crop: What of a frame it sees.
        crop_size: Side in pixels of the square that a face is cropped to.
        window: Frames that become one row; a shorter end of a clip is left out, unless it is all there is.
    """

    modality = "video"
    fps: float | None = None
    crop: Crop = "none"
    crop_size: int = 224
    window: int = 1

    @abstractmethod
    def encode(self, frames: Frames) -> NDArray[np.float32]:
        """Features (n, D), or (L, n, D) of L layers, of n windows of frames that follow each other."""


class NoFeaturesError(Exception):
    """A clip that an encoder has no features of, with the reason."""


def checked_crop(crop: str) -> Crop:
    """What of a frame an encoder sees, as `FrameEncoder.crop`.

    Raises:
        ConfigError: If it is neither `none` nor `face`.
    """
    if crop == "none":
        return "none"
    if crop == "face":
        return "face"
    raise ConfigError(f"crop must be none or face, got {crop!r}", fix="Correct crop in extract.encoders.")


def checked_fps(fps: float) -> float | None:
    """Frames of a second as `FrameEncoder.fps`; 0 is all of them.

    Raises:
        ConfigError: If it is negative or no number.
    """
    if not isinstance(fps, int | float) or not math.isfinite(fps) or fps < 0:
        raise ConfigError(
            f"fps must be a number of frames, 0 for all of them, got {fps!r}", fix="Correct fps in extract.encoders."
        )
    return float(fps) or None


def imported(package: str, install: str) -> Any:
    """A module of an optional package.

    Raises:
        UsageError: If it is not installed, or cannot be imported.
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise UsageError(f"this encoder needs the package {package}: {error}", fix=f"Run `{install}`.") from None


def data_folder(package: str, install: str) -> Path:
    """The folder of a package that is used for the weights in it alone, and never imported.

    Raises:
        UsageError: If it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(f"this encoder needs the weights in the package {package}", fix=f"Run `{install}`.")
    return Path(next(iter(spec.submodule_search_locations)))
