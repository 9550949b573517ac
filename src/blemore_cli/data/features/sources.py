"""Search for the encoders at paths, decided by the readers from layout and content."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.readers.base import (
    READERS,
    Candidate,
    ClipFileReader,
    IsClip,
    Source,
    SourceReader,
    source_readers,
)
from blemore_cli.data.features.readers.clip_folder import could_be_clip, entries_of
from blemore_cli.data.index.check import ENCODER_NAME
from blemore_cli.data.metadata.clip_names import carries_label


@dataclass
class FoundSources:
    """The result of a search.

    Attributes:
        sources: The encoders.
        notes: What was passed over, and why.
    """

    sources: list[Source] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_sources(paths: Iterable[Path], named: dict[str, Path], clips: Collection[str] | None) -> FoundSources:
    """Finds the encoders at some paths, in alphabetical order.

    Args:
        paths: Paths of an encoder each (a file, or a folder with a file a clip), of a folder of encoders, or of an
            index.
        named: Paths of single encoders by the name to give them.
        clips: Names of the clips, or none where they are yet to be learnt from the files' names.

    Raises:
        DataError: If a path holds no encoder, a name is not permitted or is used twice, or a folder's files match no
            clip or name one twice.
    """
    is_clip = carries_label if clips is None else frozenset(clips).__contains__
    search = _Search(is_clip=is_clip, example=next(iter(clips or ()), "A102_ang_int1_ver1"))
    for path in paths:
        search.look_at(path)
    for name, path in named.items():
        search.look_at_named(name, path)
    if not search.sources:
        raise DataError(
            "features of at least one encoder are needed, got no path",
            fix=f"Name paths after `blemore index`, or in data.features. {accepted_layouts()}",
        )
    _check_names(search.sources)
    search.sources.sort(key=lambda source: source.name)
    return search


def clips_in(sources: Iterable[Source]) -> list[str]:
    """Names of all clips that some source has features of, in alphabetical order.

    Raises:
        DataError: If a source cannot be read.
    """
    return sorted({clip for source in sources for clip in source.reader.clips_of(source)})


def accepted_layouts() -> str:
    """All layouts that are read, as the fix of an error."""
    layouts = [reader.accepted for reader in READERS.values() if not isinstance(reader, ClipFileReader)]
    return f"Give {', '.join(layouts)}, or a folder of these."


@dataclass(kw_only=True)
class _Search(FoundSources):
    """A search by the names of clips, with one of them as an example."""

    is_clip: IsClip
    example: str

    def look_at(self, path: Path) -> None:
        n_before = len(self.sources)
        if path.is_dir():
            self._look_into(path, is_top=True)
        elif path.is_file():
            self._add(path, is_given=True)
        else:
            raise DataError(
                f"{path} must be a file or folder of features, but it does not exist", fix=accepted_layouts()
            )
        if len(self.sources) == n_before:
            raise DataError(f"{path} must hold features, got {_described(path)}", fix=accepted_layouts())

    def look_at_named(self, name: str, path: Path) -> None:
        """Adds the one encoder at a path under a name; of a reader with many encoders, the one of that name."""
        search = replace(self, sources=[])  # the notes are shared
        search.look_at(path)
        sources = [source for source in search.sources if name in {source.name, source.name.rpartition(".")[2]}]
        sources = sources or [source for source in search.sources if not source.reader.holds_many]
        if len(sources) != 1:
            raise DataError(
                f"encoder {name}: {path} must hold one encoder, got "
                f"{listed([source.name for source in sources]) or 'none of that name'}",
                fix="Give the path of a single encoder.",
            )
        self.sources.append(replace(sources[0], name=name))

    def _look_into(self, folder: Path, *, is_top: bool) -> None:
        reader = self._add(folder, is_given=is_top)
        entries = [
            path
            for path in entries_of(folder)
            if reader is None or not reader.takes(Candidate(path, self.is_clip, is_given=False))
        ]
        files = [path for path in entries if path.is_file()]
        passed_over = [path for path in files if not self._add(path, is_given=False)]
        for subfolder in (path for path in entries if is_top and path.is_dir()):
            self._look_into(subfolder, is_top=False)
        self._note_passed_over(folder, passed_over)

    def _add(self, path: Path, *, is_given: bool) -> SourceReader | None:
        """Adds the encoders that the first reader recognises at a path, and returns this reader."""
        for reader in source_readers():
            if names := reader.encoders_at(Candidate(path, self.is_clip, is_given)):
                self.sources += [Source(name, path, reader) for name in names]
                return reader
        return None

    def _note_passed_over(self, folder: Path, files: list[Path]) -> None:
        strangers = [path.name for path in files if could_be_clip(path)]
        if strangers and not any(source.path.is_relative_to(folder) for source in self.sources):
            raise DataError(
                f"{folder} must have files named after the clips, such as {self.example}.npy, got {listed(strangers)}",
                fix="Rename the files, or check that the metadata are of these clips.",
            )
        if strangers:
            self.notes.append(f"{folder}: {len(strangers)} files of no known clip: {listed(strangers, 3)}")
        if ignored := [path.name for path in files if path.name not in strangers]:
            self.notes.append(f"{folder}: not read as features: {listed(ignored)}")


def _described(path: Path) -> str:
    if path.is_file():
        return f"a {path.suffix or 'nameless'} file"
    counts = Counter("folder" if entry.is_dir() else entry.suffix or "other file" for entry in entries_of(path))
    return "a folder of " + (listed([f"{n} {what}" for what, n in counts.most_common()]) or "nothing")


def _check_names(sources: list[Source]) -> None:
    paths: dict[str, Path] = {}
    for source in sources:
        if not re.fullmatch(ENCODER_NAME, source.name):
            raise DataError(
                f"an encoder's name must be letters, digits and _.+- only, got {source.name!r} of {source.path}",
                fix="Rename it, or give it a name with --encoder NAME=PATH.",
            )
        if source.name in paths:
            raise DataError(
                f"an encoder must have one source, got {source.name} at {paths[source.name]} and {source.path}",
                fix="Remove one, or give it another name with --encoder NAME=PATH.",
            )
        paths[source.name] = source.path
