"""Recipe of an encoder: everything that its features depend on beside the media."""

import importlib.metadata
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from blemore_cli.core.errors import DataError, UsageError
from blemore_cli.core.files import sha256_of
from blemore_cli.extraction.encoders.base import FrameEncoder
from blemore_cli.extraction.encoders.face import Face
from blemore_cli.extraction.encoders.families import EncoderSpec
from blemore_cli.extraction.faces import detection_weights
from blemore_cli.extraction.media.sound import SAMPLE_RATE
from blemore_cli.extraction.media.video import LONGEST_SIDE

VERSION: Final = 1
"""Version of the extraction: another one may give other features."""


class Recipe(BaseModel):
    """What features depend on beside the media: test clips must be extracted as training clips were.

    Attributes:
        version: Version of the extraction.
        options: Hyperparameters of the encoder.
        packages: Version of each package that computes them.
        weights: SHA-256 of each file of weights.
        media: How media are decoded.
        device: Kind of the device.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    options: dict[str, str]
    packages: dict[str, str]
    weights: dict[str, str]
    media: dict[str, int]
    device: str

    def difference(self, other: "Recipe") -> str:
        """What differs from another recipe, in words; empty where nothing does."""
        parts = []
        for name in type(self).model_fields:
            here, before = getattr(self, name), getattr(other, name)
            if isinstance(here, dict):
                keys = [key for key in sorted({*here, *before}) if here.get(key) != before.get(key)]
                parts += [f"{name} {key} is {_short(here.get(key))}, was {_short(before.get(key))}" for key in keys]
            elif here != before:
                parts.append(f"{name} is {here}, was {before}")
        return "; ".join(parts)


def _short(value: Any) -> str:
    return "absent" if value is None else str(value)[:40]


def recipe_of(spec: EncoderSpec, device: str) -> Recipe:
    """The recipe of an encoder as it is installed here; weights are read for their checksums.

    Raises:
        UsageError: If a package is missing, with the line that installs it.
        DataError: If the weights are missing.
    """
    encoder = spec.make()
    options = {key: _plain(value) for key, value in spec.options if key != "model"}
    packages = {name: _version(name, encoder.install) for name in ("av", *encoder.packages)}
    files = list(encoder.weights)
    if isinstance(encoder, FrameEncoder) and encoder.crop == "face":  # then the crop is part of it
        packages |= {name: _version(name, Face.install) for name in Face.packages}
        files.append(detection_weights())
    try:
        weights = {path.name: sha256_of(path) for path in files}
    except OSError as error:
        raise DataError(f"encoder {spec.name} needs its weights: {error}", fix=f"Run `{encoder.install}`.") from error
    media = {"sample_rate": SAMPLE_RATE, "longest_side": LONGEST_SIDE}
    return Recipe(
        version=VERSION, options=options, packages=packages, weights=weights, media=media, device=device.split(":")[0]
    )


def _plain(value: Any) -> str:
    """A value as text, that of 5 and of 5.0 alike."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _version(package: str, install: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        raise UsageError(f"this encoder needs the package {package}", fix=f"Run `{install}`.") from None
