"""Acoustic descriptors of openSMILE: the feature sets eGeMAPS and ComParE."""

from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import ConfigError, UsageError
from blemore_cli.extraction.encoders.base import NoFeaturesError, SoundEncoder, imported
from blemore_cli.extraction.media.sound import SAMPLE_RATE

SHORTEST: Final = 0.1
"""Seconds of sound from which openSMILE gives numbers."""


class OpenSmile(SoundEncoder):
    """A feature set of openSMILE: descriptors (T, D), 100 rows a second, or functionals (D,) of the whole clip.

    Args:
        level: `descriptors` or `functionals`.
    """

    feature_set: ClassVar[str]
    packages = ("opensmile",)
    install = "pip install 'blemore[extract-audio]'"
    licence = "audEERING research licence: not for commercial use"

    def __init__(self, *, level: str = "descriptors") -> None:
        if level not in {"descriptors", "functionals"}:
            raise ConfigError(
                f"level must be descriptors or functionals, got {level!r}", fix="Correct it in extract.encoders."
            )
        self._level = level
        self._smile: Any = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the descriptors."""
        return tuple(self._smile.feature_names)

    @property
    def width(self) -> int:
        """Number of descriptors."""
        return len(self.columns)

    def open(self, device: str) -> None:
        """Loads the library.

        Raises:
            UsageError: If it is not installed, or where it cannot read its files, whose paths it takes in ASCII.
        """
        del device
        opensmile = imported("opensmile", self.install)
        if not opensmile.__file__.isascii():
            raise UsageError(
                f"openSMILE must be installed in a path of ASCII characters, got {opensmile.__file__}",
                fix="Install blemore in an environment with such a path; clips and features may be anywhere.",
            )
        level = {"descriptors": "LowLevelDescriptors", "functionals": "Functionals"}[self._level]
        self._smile = opensmile.Smile(
            getattr(opensmile.FeatureSet, self.feature_set), getattr(opensmile.FeatureLevel, level)
        )

    def encode(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The descriptors of a waveform."""
        if len(samples) < SHORTEST * SAMPLE_RATE:
            raise NoFeaturesError(f"its sound is shorter than {SHORTEST} s")
        rows = np.asarray(self._smile.process_signal(samples, SAMPLE_RATE).to_numpy(np.float32))
        return np.asarray(rows[0]) if self._level == "functionals" else rows


class EGeMaps(OpenSmile):
    """The extended Geneva minimalistic acoustic parameter set v02: 25 descriptors, or 88 functionals."""

    feature_set = "eGeMAPSv02"


class ComParE(OpenSmile):
    """The ComParE 2016 set: 65 descriptors, or 6,373 functionals."""

    feature_set = "ComParE_2016"
