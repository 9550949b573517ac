"""Media of the clips in a page: links to files beside it, or previews inside it."""

import base64
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.media.files import ClipMedia
from blemore_cli.extraction.media.preview import jpeg_of, small_sound_of, strip_of

LINKED_SOURCES: Final = "media-src 'self' file:; "
EMBEDDED_SOURCES: Final = "media-src data:; "
"""What the page's policy lets players load."""

N_SAMPLED: Final = 3


@dataclass(frozen=True)
class PageMedia:
    """Addresses of the media of clips, by the clip's name.

    Attributes:
        video: Addresses of films.
        sound: Addresses of sound, where it is not that of the film.
        strip: Addresses of pictures with a few frames.
        allowed: The part of the page's policy that lets them be loaded.
    """

    video: Mapping[str, str] = field(default_factory=dict)
    sound: Mapping[str, str] = field(default_factory=dict)
    strip: Mapping[str, str] = field(default_factory=dict)
    allowed: str = ""

    @property
    def is_linked(self) -> bool:
        """Whether the page needs files beside it."""
        return bool(self) and self.allowed == LINKED_SOURCES

    def __bool__(self) -> bool:
        """Whether any clip has media."""
        return bool(self.video or self.sound or self.strip)


NO_MEDIA: Final = PageMedia()


def linked_media(media: Sequence[ClipMedia], out: Path) -> PageMedia:
    """Links to media files, relative to the page."""
    video = {each.clip: _address(each.video, out) for each in media if each.video}
    sound = {each.clip: _address(each.sound, out) for each in media if each.sound != each.video}
    return PageMedia(video=video, sound=sound, allowed=LINKED_SOURCES)


def _address(path: Path, out: Path) -> str:
    try:
        relative = os.path.relpath(path, out.parent)
    except ValueError:  # on another drive
        return path.resolve().as_uri()
    return quote(Path(relative).as_posix())


def embedded_media(media: Sequence[ClipMedia], done: Callable[[int], None] = lambda _: None) -> PageMedia:
    """Strips of frames and sound of clips in the page itself; what cannot be decoded is left out."""
    strips: dict[str, str] = {}
    sounds: dict[str, str] = {}
    for number, files in enumerate(media, 1):
        if files.video and (strip := _strip(files.video)):
            strips[files.clip] = strip
        if sound := _sound(files.sound):
            sounds[files.clip] = sound
        done(number)
    return PageMedia(sound=sounds, strip=strips, allowed=EMBEDDED_SOURCES)


def embedded_bytes(media: Sequence[ClipMedia]) -> int:
    """Roughly how many bytes the previews of clips take, by those of a few of them."""
    sample = media[:: max(1, len(media) // N_SAMPLED)][:N_SAMPLED]
    made = embedded_media(sample)
    sizes = [len(text) for texts in (made.strip, made.sound) for text in texts.values()]
    return round(sum(sizes) * len(media) / max(1, len(sample)))


def _strip(path: Path) -> str:
    try:
        strip = strip_of(path)
    except DataError:
        return ""
    return "" if strip is None else _data("image/jpeg", jpeg_of(strip))


def _sound(path: Path) -> str:
    try:
        return _data("audio/mpeg", small_sound_of(path))
    except DataError:
        return ""


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
