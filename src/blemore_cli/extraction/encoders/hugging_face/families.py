"""Encoder of a model folder, by the type of the model in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from blemore_cli.core.errors import ConfigError, DataError
from blemore_cli.extraction.encoders.base import Encoder
from blemore_cli.extraction.encoders.hugging_face.model_folder import (
    PICTURE_MODELS,
    SOUND_MODELS,
    VIDEO_MODELS,
    model_type,
)
from blemore_cli.extraction.encoders.hugging_face.picture_model import PictureModel
from blemore_cli.extraction.encoders.hugging_face.sound_model import SoundModel
from blemore_cli.extraction.encoders.hugging_face.video_model import VideoModel

FAMILIES: Final[dict[tuple[str, ...], type[Encoder]]] = {
    SOUND_MODELS: SoundModel,
    VIDEO_MODELS: VideoModel,
    PICTURE_MODELS: PictureModel,
}


def encoder_of_folder(options: Mapping[str, Any]) -> Encoder:
    """The encoder of a model folder, by the kind of the model in it.

    Args:
        options: `model`, the folder, and the hyperparameters of the encoder.

    Raises:
        DataError: If it is no folder of a model that is supported.
        ConfigError: If an option is none of the encoder's.
    """
    folder = Path(str(options["model"])).expanduser()
    kind = model_type(folder)
    child = next((child for kinds, child in FAMILIES.items() if kind in kinds), None)
    if child is None:
        raise DataError(
            f"{folder} must hold a model of a supported type, got {kind!r}",
            fix=f"Supported are {', '.join((*SOUND_MODELS, *PICTURE_MODELS, *VIDEO_MODELS))}; extract others elsewhere "
            "and index their files.",
        )
    try:
        return child(**{**options, "model": str(folder)})
    except TypeError as error:
        raise ConfigError(f"extract.encoders: {folder.name}: {error}", fix="Correct the option.") from None
