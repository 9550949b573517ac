"""Folders with a file for each clip, in any format that has a `ClipFileReader`."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from itertools import accumulate
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.column_names import read_column_names, with_column_names
from blemore_cli.data.features.folder import folder_sha256, read_folder
from blemore_cli.data.features.readers.base import (
    READERS,
    Candidate,
    ClipFileReader,
    FeatureReader,
    IsClip,
    Request,
    Source,
    SourceReader,
    clip_file_readers,
    visible,
)
from blemore_cli.data.features.records import ClipFeatures, SourceFeatures
from blemore_cli.data.metadata.clip_names import carries_label, clip_name, copied_name

_SECONDS_WORTH_PROCESSES: Final = 1.0  # starting them takes about as long


class ClipFolder(SourceReader):
    """A folder `NAME/` with `CLIP.npy` or the like: files of clips make it an encoder, whatever else it holds."""

    name = "clip_folder"
    lists_clips = True
    joins_files = True

    def encoders_at(self, candidate: Candidate) -> list[str]:
        """The folder's name, if a file is named after a clip."""
        folder = candidate.path
        return [visible(folder).name] if folder.is_dir() and names_of_clip_files(folder, candidate.is_clip) else []

    def takes(self, candidate: Candidate) -> bool:
        """Whether an entry is a clip's file."""
        path = candidate.path
        clip = _clip_of(path.name, os.path.dirname(path), tuple(READERS.values()))  # noqa: PTH120 (thousands of files)
        return clip is not None and candidate.is_clip(clip) and path.is_file()

    def files_of(self, source: Source, is_clip: IsClip) -> dict[str, Path]:
        """The files of an encoder in one folder by clip."""
        return clip_files(source.path, is_clip)

    def all_files_of(self, source: Source, is_clip: IsClip) -> dict[str, Path]:
        """The files of an encoder by clip, of all folders that are joined.

        Raises:
            DataError: If a clip has two files.
        """
        files: dict[str, Path] = {}
        for part in source.parts or (source,):
            more = self.files_of(part, is_clip)
            if common := [clip for clip in more if clip in files]:
                refuse_clips_in_both(files[common[0]].parent, part.path, common)
            files |= more
        return files

    def clips_of(self, source: Source, is_clip: IsClip | None = None) -> list[str]:
        """The clips that files are named after; where clips are yet to be learnt, all that may be clips."""
        if is_clip is not None and not source.parts and type(self).files_of is ClipFolder.files_of:
            return list(names_of_clip_files(source.path, is_clip))
        if is_clip is not None:
            return list(self.all_files_of(source, is_clip))
        files = self.all_files_of(source, lambda _: True)
        clips = [clip for clip, path in files.items() if carries_label(clip) or could_be_clip(path)]
        return [clip for clip in clips if copied_name(clip) not in files]

    def read(self, source: Source, request: Request) -> SourceFeatures:
        """Reads the files of clips of the challenge."""
        files, config = self.all_files_of(source, request.is_clip), request.config
        return read_folder(
            files,
            partial(_read_clip, clip_file_readers(), _column_names(files.values())),
            aggregate=config.aggregate,
            jobs=_worthwhile(config.jobs, files),
            done=request.done,
            rules=request.frame_rules,
        )

    def files(self, source: Source, is_clip: IsClip) -> list[Path]:
        """The files of clips of the challenge."""
        return list(self.all_files_of(source, is_clip).values())

    def sha256(self, source: Source, request: Request) -> str:
        """The checksum of names and bytes of the files of clips of the challenge."""
        files = self.all_files_of(source, request.is_clip)
        return folder_sha256(files, jobs=_worthwhile(request.config.jobs, files))


def refuse_clips_in_both(first: Path, second: Path, clips: list[str]) -> None:
    """Refuses two files or folders of one encoder that have clips in common.

    Raises:
        DataError: Naming these clips and both paths.
    """
    if clips:
        raise DataError(
            f"files or folders of one encoder must have no clip in common, got {len(clips)} in both {first} and "
            f"{second}: {listed(clips)}",
            fix="Remove one of the two, or give one of them another name with --encoder NAME=PATH.",
        )


def clip_files(folder: Path, is_clip: IsClip) -> dict[str, Path]:
    """The files of a folder that are named after a clip, by clip.

    Raises:
        DataError: If two files are of one clip.
    """
    return {clip: folder / name for clip, name in names_of_clip_files(folder, is_clip).items()}


def names_of_clip_files(folder: Path, is_clip: IsClip) -> dict[str, str]:
    """The names of the files that are named after a clip, by clip: a `Path` for each would take as long again.

    Raises:
        DataError: If two files are of one clip.
    """
    names: dict[str, str] = {}
    registered, parent = tuple(READERS.values()), str(folder)
    for name in _names(folder, lambda entry: entry.name[0] != "." and entry.is_file()):
        clip = _clip_of(name, parent, registered)
        if clip is None or not is_clip(clip):
            continue
        if clip in names:
            raise DataError(
                f"{folder} must have one file for each clip, got {names[clip]} and {name}", fix="Remove one of the two."
            )
        names[clip] = name
    return names


def _clip_of(name: str, folder: str, registered: tuple[FeatureReader, ...]) -> str | None:
    """The clip that a file's name is that of, with or without a media suffix; none for what is no clip's file."""
    for clip, reader in _clips_in(name, registered):
        if reader is None or reader.matches(Path(folder, name)):
            return clip
    return None


@lru_cache(maxsize=1 << 16)
def _clips_in(name: str, registered: tuple[FeatureReader, ...]) -> list[tuple[str, ClipFileReader | None]]:
    """The clip of a file's name by each reader with its suffix, and the reader where the file's content decides."""
    readers = [reader for reader in _readers_of(_suffix(name), registered) if reader.has_suffix(name)]
    stems = [reader.stem(Path(name)) for reader in readers]
    clips = [clip_name(stem) if "." in stem or "\\" in stem else stem for stem in stems]
    by_content = [None if type(reader).matches is FeatureReader.matches else reader for reader in readers]
    return [(clip, reader) for clip, reader in zip(clips, by_content, strict=True) if clip]


def clip_reader_of(path: Path) -> ClipFileReader | None:
    """The reader of a file with the suffix of a clip's features; none for other files."""
    readers = _readers_of(_suffix(path.name), tuple(READERS.values()))
    return next((reader for reader in readers if reader.matches(path)), None)


def _suffix(name: str) -> str:
    return name[name.rfind(".") :].lower()


@lru_cache(maxsize=64)
def _readers_of(suffix: str, registered: tuple[FeatureReader, ...]) -> list[ClipFileReader]:
    """The readers, last registered first, of files whose names may end in a suffix: it is asked for every file."""
    readers = [reader for reader in reversed(registered) if isinstance(reader, ClipFileReader)]
    return [reader for reader in readers if any(end.endswith(suffix) for end in reader.suffixes)]


def could_be_clip(path: Path) -> bool:
    """Whether a file may hold a clip's features although its name is no known clip's."""
    reader = clip_reader_of(path)
    return reader is not None and reader.could_be_clip(path)


def entries_of(folder: Path) -> list[Path]:
    """The files and folders in a folder that are not hidden, in alphabetical order.

    Raises:
        DataError: If the folder cannot be read.
    """
    return [folder / name for name in _names(folder, lambda entry: entry.name[0] != ".")]


def folders_in(folder: Path) -> list[Path]:
    """The folders in a folder that are not hidden, in alphabetical order.

    Raises:
        DataError: If the folder cannot be read.
    """
    return [folder / name for name in _names(folder, lambda entry: entry.name[0] != "." and entry.is_dir())]


def content_in_words(folder: Path) -> str:
    """How many folders, and files of each suffix, there are in a folder, the most frequent first; else `nothing`."""
    counts = Counter("folder" if path.is_dir() else path.suffix or "other file" for path in entries_of(folder))
    return listed([f"{n} {what}" for what, n in counts.most_common()]) or "nothing"


def hidden_folders(folder: Path) -> list[Path]:
    """The folders in a folder whose names begin with a dot, in alphabetical order.

    Raises:
        DataError: If the folder cannot be read.
    """
    return [folder / name for name in _names(folder, lambda entry: entry.name[0] == "." and entry.is_dir())]


def _names(folder: Path, is_wanted: Callable[[os.DirEntry[str]], bool]) -> list[str]:
    """Names of entries of a folder, in alphabetical order."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if is_wanted(entry))
    except OSError as error:
        raise DataError(
            f"{folder} must be a readable folder: {error.strerror}", fix="Check its permissions."
        ) from error


def _column_names(files: Iterable[Path]) -> dict[Path, tuple[str, ...]]:
    """The names of columns that folders of arrays have in a file beside them, by folder."""
    named = {folder: read_column_names(folder) for folder in {path.parent for path in files}}
    return {folder: names for folder, names in named.items() if names}


def _read_clip(readers: list[ClipFileReader], column_names: Mapping[Path, tuple[str, ...]], path: Path) -> ClipFeatures:
    """Reads a file with the readers of the calling process, which a worker may not have registered."""
    return with_column_names(_reader_among(readers, path).read(path), path, column_names.get(path.parent, ()))


def _reader_among(readers: list[ClipFileReader], path: Path) -> ClipFileReader:
    return next(reader for reader in readers if reader.matches(path))


def parsed_clip(readers: list[ClipFileReader], path: Path) -> ClipFeatures:
    """Reads the array of a file as it is, of any number of axes.

    Raises:
        DataError: If the file is damaged or unsafe.
    """
    return _reader_among(readers, path).parsed(path)


def _worthwhile(jobs: int, files: dict[str, Path]) -> int:
    seconds = (
        path.stat().st_size / reader.bytes_per_second for path in files.values() if (reader := clip_reader_of(path))
    )
    return jobs if any(total >= _SECONDS_WORTH_PROCESSES for total in accumulate(seconds)) else 1
