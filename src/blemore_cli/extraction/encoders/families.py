"""Encoders as a configuration names them: a family or a model's folder, with options."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blemore_cli.core.errors import UsageError
from blemore_cli.core.spelling import did_you_mean
from blemore_cli.extraction.encoders import ENCODERS, Encoder
from blemore_cli.extraction.encoders.hugging_face.families import encoder_of_folder


@dataclass(frozen=True)
class EncoderSpec:
    """An encoder as a configuration names it; it pickles and hashes.

    Attributes:
        name: Name of the encoder, and of its folder of features.
        options: Its hyperparameters, and `model` or `family`.
    """

    name: str
    options: tuple[tuple[str, Any], ...] = ()

    def make(self) -> Encoder:
        """A new encoder, not yet open.

        Raises:
            UsageError: If no family of that name is known.
            ConfigError: If an option is none of the family's, or its value is not right.
            DataError: If a model's folder is not one.
        """
        options = dict(self.options)
        if "model" in options:
            return encoder_of_folder(options)
        family = str(options.pop("family", self.name))
        if family not in ENCODERS:
            raise UsageError(
                f"an encoder must be of a known family, got {family!r}{did_you_mean(family, ENCODERS)}",
                fix=f"Known are {', '.join(ENCODERS)}; a Hugging Face model is given as {family}=FOLDER.",
            )
        return ENCODERS[family](**ENCODERS.options(family, options))


def spec_of(name: str, options: Mapping[str, Any]) -> EncoderSpec:
    """The specification of an encoder with options in any order."""
    return EncoderSpec(name, tuple(sorted(options.items())))
