"""Pre-trained encoders, and the registry of their families."""

from typing import Final

from blemore_cli.core.registry import Registry
from blemore_cli.extraction.encoders.base import Encoder, FrameEncoder, NoFeaturesError, SoundEncoder
from blemore_cli.extraction.encoders.face import Face
from blemore_cli.extraction.encoders.opensmile_sets import ComParE, EGeMaps
from blemore_cli.extraction.encoders.tflite import FaceEmotion, FaceMesh
from blemore_cli.extraction.encoders.voice import Voice

__all__ = ["BUILT_IN", "ENCODERS", "Encoder", "FrameEncoder", "NoFeaturesError", "SoundEncoder", "register_encoder"]

BUILT_IN: Final[dict[str, type[Encoder]]] = {
    "egemaps": EGeMaps,
    "compare": ComParE,
    "voice": Voice,
    "face": Face,
    "facemesh": FaceMesh,
    "face_emotion": FaceEmotion,
}
"""The families of the package by name."""

ENCODERS: Final = Registry[Encoder]("extract.encoders", "extract.encoders", Encoder, BUILT_IN)
"""Every family of encoders by name; Hugging Face folders are given by their paths."""

register_encoder: Final = ENCODERS.register
"""Adds a family of encoders, which `extract.encoders` then takes by its name; see docs/extending.md."""
