"""Files that an encoder is read from, against those that an index has recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Clips
from blemore_cli.data.features.readers.base import Source
from blemore_cli.data.index.sources_file import FileStamp, RecordedSources, absolute, checksums_of, sizes_and_times


@dataclass(frozen=True)
class FileChanges:
    """Names of the files that differ in content, that are new, and that are gone."""

    changed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.new or self.gone)


@dataclass(frozen=True)
class SourceFiles:
    """The files of an encoder as they are now, and as they were recorded.

    Attributes:
        states: Size in bytes and time of modification in nanoseconds of each file, by absolute name.
        recorded: What was recorded of each file; nothing where the record is lost.
        checksums: Checksums that were computed since, because size or time differ.
    """

    states: Mapping[str, tuple[int, int]]
    recorded: Mapping[str, FileStamp]
    checksums: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source, clips: Clips, recorded: RecordedSources | None, index: Path) -> Self:
        """The files of a source with features of some clips, and what an index has recorded of them.

        The index itself, which can be a source, is left out: it is written after its sources are read.
        """
        is_clip = frozenset(clips.filename.tolist()).__contains__
        states = sizes_and_times(absolute(source.reader.files(source, is_clip)))
        for name in absolute([index]):
            states.pop(name, None)
        return cls(states, recorded.files(source.name, index) if recorded else {})

    def changes(self) -> FileChanges:
        """The differences; a file whose size and time are as they were recorded is taken to be the same."""
        both = [name for name in self.states if name in self.recorded]
        differing = [name for name in both if self.states[name] != self.recorded[name][:2]]
        self.checksums.update(checksums_of(name for name in differing if name not in self.checksums))
        return FileChanges(
            changed=tuple(name for name in differing if self.checksums[name] != self.recorded[name].sha256),
            new=tuple(name for name in self.states if name not in self.recorded),
            gone=tuple(name for name in self.recorded if name not in self.states),
        )

    def stamped(self, read: Mapping[Path, str]) -> dict[str, FileStamp]:
        """What is to be recorded of the files.

        Args:
            read: Checksums of files that were read; others are computed where they are not known.
        """
        known = {name: stamp.sha256 for name, stamp in self.recorded.items() if self.states.get(name) == stamp[:2]}
        known |= self.checksums | dict(zip(absolute(read), read.values(), strict=True))
        known |= checksums_of(name for name in self.states if name not in known)
        return {name: FileStamp(*state, known[name]) for name, state in self.states.items()}


def metadata_files(data: DataConfig) -> dict[str, Path]:
    """The metadata file of each split that has one."""
    files = {"train": data.train_metadata, "test": data.test_metadata}
    return {split: path for split, path in files.items() if path is not None}


def metadata_stamps(data: DataConfig) -> dict[str, FileStamp]:
    """Size, time and checksum of the metadata file of each split that has one that is there.

    Raises:
        DataError: If one cannot be read.
    """
    names = {split: absolute([path])[0] for split, path in metadata_files(data).items()}
    states = sizes_and_times(names.values())
    try:
        checksums = checksums_of(states)
    except OSError as error:
        raise DataError(f"{error.filename} must be a readable CSV file: {error.strerror}", fix="Check it.") from error
    return {split: FileStamp(*states[name], checksums[name]) for split, name in names.items() if name in states}
