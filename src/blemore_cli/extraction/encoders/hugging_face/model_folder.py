"""Model folders of Hugging Face: type, weights and preprocessing, read without a download and without running code.

A folder that lacks weights is refused: the library would fill them with random numbers.
"""

import json
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import ConfigError, DataError
from blemore_cli.extraction.encoders.base import Encoder, imported

INSTALL: Final = "pip install 'blemore[extract-hf]'"
PACKAGES: Final = ("torch", "transformers")
LICENCE: Final = "the model's own"

SOUND_MODELS: Final = ("wav2vec2", "hubert", "wavlm", "whisper", "audio-spectrogram-transformer")
VIDEO_MODELS: Final = ("videomae", "timesformer")
PICTURE_MODELS: Final = ("clip", "siglip", "vit", "dinov2", "resnet")
"""Values of `model_type` in a folder's config.json."""

CONFIG_FILE: Final = "config.json"
MOST_LAYERS: Final = 1000
"""More than any model has: making them would take forever, before their weights are found to be missing."""

MAY_MISS: Final = ("pooler.",)
"""Weights that a folder of another head may lack: without them the class token stands for the picture."""


def model_type(folder: Path) -> str:
    """The type of the model in a folder.

    Raises:
        DataError: If the folder has no config.json with one, or asks for code of its own.
    """
    content = model_config(folder)
    if "auto_map" in content:
        raise DataError(
            f"{folder / CONFIG_FILE} asks for code of its own (auto_map), which is never run",
            fix="Use a model of the library's classes.",
        )
    return str(content["model_type"])


def model_config(folder: Path) -> dict[str, Any]:
    """The content of the config.json of a folder.

    Raises:
        DataError: If it is missing, no JSON, names no type, or more layers than a model has.
    """
    try:
        content = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        if not isinstance(content, dict) or "model_type" not in content:
            raise ValueError
    except (OSError, ValueError, RecursionError):
        raise DataError(
            f"{folder} must be the folder of a Hugging Face model, with a config.json that names its model_type",
            fix="Give the folder that `save_pretrained` or a download of the whole repository writes.",
        ) from None
    if endless := [key for key, value in _numbers_of_layers(content) if value > MOST_LAYERS]:
        raise DataError(
            f"{folder / CONFIG_FILE}: {endless[0]} must be at most {MOST_LAYERS}, got more",
            fix="Restore the model's config.json.",
        )
    return content


def _numbers_of_layers(config: dict[str, Any]) -> list[tuple[str, int]]:
    """Each number of layers in a configuration and in its parts, by key."""
    parts = [config, *(part for part in config.values() if isinstance(part, dict))]
    items = (item for part in parts for item in part.items())
    return [(key, value) for key, value in items if key.endswith("_layers") and isinstance(value, int)]


class LoadedModel:
    """A loaded model with its preprocessing.

    Args:
        folder: Its folder.
        device: Where it runs.
        layer: Number of the hidden layer that is read; `last`, or `all`.
    """

    def __init__(self, folder: Path, device: str, layer: str) -> None:
        import torch

        transformers = imported("transformers", INSTALL)
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        self.device, self.layer = torch.device(device), layer
        self.kind = model_type(folder)
        torch.set_num_threads(1)  # their number changes the last bits; clips are spread over processes
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        self.processor = _loaded(folder, _processor_class(transformers, self.kind))
        whole, missing = _loaded_model(folder, transformers.AutoModel)
        self.has_pooler = not any("pooler." in key for key in missing) and hasattr(_inner(whole, self.kind), "pooler")
        self.whole = whole.eval().to(self.device)
        self.inner = _inner(self.whole, self.kind)

    def hidden(self, **inputs: Any) -> Any:
        """The outputs of the model's encoder, with all hidden layers where they are wanted."""
        import torch

        with torch.inference_mode():
            return self.inner(**inputs, output_hidden_states=self.layer not in {"last"})

    def projected(self, pooled: Any) -> Any:
        """Pooled outputs (batch, D) in the space that CLIP shares with text."""
        import torch

        with torch.inference_mode():
            return self.whole.visual_projection(pooled)

    def layers_of(self, outputs: Any) -> Any:
        """Hidden states (L, batch, tokens, D) of the wanted layers; L is 1 unless all are wanted."""
        import torch

        if self.layer == "last":
            return outputs.last_hidden_state[None]
        states = outputs.hidden_states
        if self.layer == "all":
            return torch.stack(states)
        number = int(self.layer)
        if not -len(states) <= number < len(states):
            raise ConfigError(
                f"layer must be below {len(states)}, the number of hidden layers with the input of the first, got "
                f"{number}",
                fix="Correct layer in extract.encoders.",
            )
        return states[number][None]


class FolderModel(Encoder):
    """An encoder that is the model of a folder.

    Args:
        model: Its folder.
        layer: `last`, `all`, or the number of a hidden layer; 0 is the input of the first.
    """

    packages, install, licence = PACKAGES, INSTALL, LICENCE

    def __init__(self, *, model: str, layer: int | str = "last") -> None:
        self.folder, self.layer = Path(model), checked_layer(layer)
        self.loaded: Any = None

    @property
    def weights(self) -> list[Path]:
        """The files of the folder that shape the features: settings and weights."""
        names = ("*.json", "*.safetensors", "*.bin")
        return sorted(path for pattern in names for path in self.folder.glob(pattern) if path.is_file())

    @property
    def width(self) -> int:
        """Width of the hidden layers."""
        return int(self.loaded.inner.config.hidden_size)

    def open(self, device: str) -> None:
        """Loads the model."""
        self.loaded = LoadedModel(self.folder, device, self.layer)


def _processor_class(transformers: Any, kind: str) -> Any:
    return transformers.AutoFeatureExtractor if kind in SOUND_MODELS else transformers.AutoImageProcessor


def _loaded(folder: Path, kind: Any) -> Any:
    try:
        with warnings.catch_warnings(action="ignore"):
            return kind.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except Exception as error:
        raise DataError(f"{folder} must hold the preprocessing of its model: {_line(error)}", fix=_FIX) from error


def _loaded_model(folder: Path, kind: Any) -> tuple[Any, list[str]]:
    import torch

    try:
        model, info = kind.from_pretrained(
            str(folder),
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            dtype=torch.float32,
            attn_implementation="eager",
        )
    except Exception as error:
        raise DataError(f"{folder} must hold the weights of its model: {_line(error)}", fix=_FIX) from error
    missing = sorted(info["missing_keys"])
    essential = [key for key in missing if not any(part in key for part in MAY_MISS)]
    if essential or info.get("mismatched_keys"):
        raise DataError(
            f"{folder} must hold all weights of its model, and lacks {len(essential)} of them, such as "
            f"{(essential or ['some of another shape'])[0]}: the library would fill them with random numbers",
            fix=_FIX,
        )
    return model, missing


_FIX: Final = "Download the whole repository of the model again, or save it with `save_pretrained`."


def _line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")[:200] or type(error).__name__


def _inner(model: Any, kind: str) -> Any:
    """The part of a model that encodes pictures or sound."""
    if kind in {"clip", "siglip"}:
        return model.vision_model
    return model.encoder if kind == "whisper" else model


def checked_layer(layer: int | str) -> str:
    """The layer of an encoder's options as text.

    Raises:
        ConfigError: If it is neither `last`, `all` nor a number.
    """
    text = str(layer)
    if text not in {"last", "all"} and not text.removeprefix("-").isdecimal():
        raise ConfigError(
            f"layer must be last, all, or a number, got {layer!r}", fix="Correct layer in extract.encoders."
        )
    return text


def rows_of(states: Any) -> NDArray[np.float32]:
    """Rows (n, D) of one layer, or (L, n, D), as an array."""
    import torch

    with torch.inference_mode():
        array = np.asarray(states.detach().float().cpu().numpy())
    return array[0] if len(array) == 1 else array
