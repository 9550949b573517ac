"""Media files of clips: which file holds the picture of a clip, and which its sound."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.spelling import nearest
from blemore_cli.data.metadata.clip_names import MEDIA_SUFFIXES, clip_name, is_clip_name

SOUND_SUFFIXES: Final = (".wav", ".flac", ".mp3")
VIDEO_SUFFIXES: Final = tuple(suffix for suffix in MEDIA_SUFFIXES if suffix not in SOUND_SUFFIXES)


@dataclass(frozen=True)
class ClipMedia:
    """The media files of one clip.

    Attributes:
        clip: Its name.
        video: The file with its picture; none for a clip of sound alone.
        sound: The file with its sound: a sound file beside the video, else the video.
    """

    clip: str
    video: Path | None
    sound: Path


@dataclass(frozen=True)
class MediaFiles:
    """The result of a search for media files.

    Attributes:
        clips: Media of clips in alphabetical order.
        notes: Clips without media, and media of no clip.
    """

    clips: list[ClipMedia]
    notes: list[str] = field(default_factory=list)


def find_media(folders: Iterable[Path], wanted: Iterable[str] | None) -> MediaFiles:
    """Finds the media files of clips in folders and all that lie in them.

    Args:
        folders: Folders to search.
        wanted: Names of the clips; none where every media file is a clip.

    Raises:
        DataError: If a folder is missing or holds no media, two files are of one clip, or no file is of a wanted clip.
    """
    folders = list(folders)
    files = [path for folder in folders for path in _media_in(folder)]
    if not files:
        raise DataError(
            f"{listed([str(folder) for folder in folders])} must hold media files ({', '.join(MEDIA_SUFFIXES)}), and "
            "has none",
            fix="Name the folder of the clips with --media.",
        )
    media = _by_clip(files)
    if wanted is None:
        return MediaFiles([media[clip] for clip in sorted(media)])
    names = list(dict.fromkeys(wanted))
    present = [clip for clip in names if clip in media]
    if not present:
        raise _no_match(media, names)
    return MediaFiles([media[clip] for clip in sorted(present)], _differences(media, names))


def _media_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DataError(
            f"{folder} must be a folder of media files, but {'is a file' if folder.exists() else 'does not exist'}",
            fix="Name the folder of the clips with --media.",
        )
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in MEDIA_SUFFIXES and path.is_file() and not _is_hidden(path.relative_to(folder))
    )


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def _by_clip(files: list[Path]) -> dict[str, ClipMedia]:
    videos, sounds = (_unique(files, suffixes) for suffixes in (VIDEO_SUFFIXES, SOUND_SUFFIXES))
    return {
        clip: ClipMedia(clip, videos.get(clip), sounds.get(clip) or videos[clip]) for clip in videos.keys() | sounds
    }


def _unique(files: list[Path], suffixes: tuple[str, ...]) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for path in files:
        clip = clip_name(path.name)
        if path.suffix.lower() not in suffixes:
            continue
        if not is_clip_name(clip):
            raise DataError(
                f"a media file must have a printable name that begins with a letter or number, got {path.name!a}",
                fix="Rename the file.",
            )
        if clip in paths:
            raise DataError(
                f"a clip must have one file of {'video' if suffixes is VIDEO_SUFFIXES else 'sound'}, got {paths[clip]} "
                f"and {path} of {clip}",
                fix="Remove or rename one of the two.",
            )
        paths[clip] = path
    return paths


def _no_match(media: dict[str, ClipMedia], names: list[str]) -> DataError:
    example = min(media)
    meant = nearest(example, names)
    hint = f"; the nearest name of a clip to {example} is {meant}" if meant else ""
    return DataError(
        f"media files must be named after the clips of the metadata, such as {names[0]}, got {listed(sorted(media), 3)}"
        f"{hint}",
        fix="Rename the files, or check that the metadata are of these clips.",
    )


def _differences(media: dict[str, ClipMedia], names: list[str]) -> list[str]:
    notes = []
    known = frozenset(names)
    if absent := [clip for clip in names if clip not in media]:
        notes.append(f"{len(absent)} of {len(names)} clips have no media file: {listed(absent, 3)}")
    if strangers := sorted(media.keys() - known):
        notes.append(f"{len(strangers)} media files are of no clip of the metadata: {listed(strangers, 3)}")
    return notes
