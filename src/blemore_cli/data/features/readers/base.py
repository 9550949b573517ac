"""Abstract base classes of the feature readers, and the registry of all readers."""

import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Final, TypeVar

from blemore_cli.core.config.schema import ColumnChoice, DataConfig
from blemore_cli.data.features.evidence.selection import NO_CHOICE
from blemore_cli.data.features.frames import FrameRules
from blemore_cli.data.features.parsing import bytes_of, checked_clip, reading
from blemore_cli.data.features.records import ClipFeatures, SourceFeatures
from blemore_cli.data.foreign import naming_kind

STATIC_FEATURES: Final = "_static_features"
"""The end of the organisers' names of files with a row for each clip, which is no part of the encoder's name."""

IsClip = Callable[[str], bool]
"""Whether a name is that of a clip of the challenge."""


@dataclass(frozen=True)
class Candidate:
    """A path that may hold the features of encoders.

    Attributes:
        path: File or folder.
        is_clip: Whether a name is that of a clip.
        is_given: Whether the user named this very path, where the suffix is enough; else its content must fit.
    """

    path: Path
    is_clip: IsClip
    is_given: bool


@dataclass(frozen=True)
class Source:
    """The location of the features of one encoder.

    Attributes:
        name: Encoder name.
        path: File or folder; of several that are joined, the first.
        reader: The reader that recognised it, or that reads the parts as one.
        parts: The sources that are joined, as those of the training and of the test clips; none for a single one.
    """

    name: str
    path: Path
    reader: "SourceReader"
    parts: tuple["Source", ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file or folder that the features are read from."""
        return tuple(path for part in self.parts for path in part.paths) or (self.path,)

    @property
    def place(self) -> str:
        """All paths, for messages."""
        return " and ".join(map(str, self.paths))


@dataclass(frozen=True)
class Request:
    """A request for the features of a source.

    Attributes:
        is_clip: Whether a name is that of a clip; features of other names may be left out.
        config: How features are read.
        done: Called with the number of clips done.
        columns: Columns of the encoder that the user keeps or leaves out.
    """

    is_clip: IsClip
    config: DataConfig
    done: Callable[[int], None] = lambda _: None
    columns: ColumnChoice = NO_CHOICE

    @property
    def frame_rules(self) -> FrameRules:
        """Rules for the frames and columns of clips."""
        return FrameRules(self.columns, self.config.min_confidence, self.config.face)


def visible(path: Path) -> Path:
    """The absolute path as the user sees it: a link keeps its own name, and `.` gets that of the folder."""
    return Path(os.path.abspath(path))  # noqa: PTH100 (`resolve` would follow links)


class FeatureReader(ABC):
    """A layout or file format of features. Children are `ClipFileReader` and `SourceReader`.

    Attributes:
        name: Key in `READERS`.
        suffixes: Ends of the names of its files, in lower case; none for folders.
        requirement: What a file must be, with its article, in the words of messages.
        fix: How to write a file that is right, in the words of messages.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()
    requirement: ClassVar[str]
    fix: ClassVar[str]

    def has_suffix(self, name: str) -> bool:
        """Whether a file's name has one of the suffixes."""
        return name.lower().endswith(self.suffixes)

    def matches(self, path: Path) -> bool:
        """Whether a file is of this format by its name; a child may look into the file as well."""
        return self.has_suffix(path.name)

    def stem(self, path: Path) -> str:
        """The name of a file that matches, without the suffix."""
        return path.name[: -max(len(suffix) for suffix in self.suffixes if path.name.lower().endswith(suffix))]

    @contextmanager
    def parsing(self, content: bytes | Path, path: Path) -> Iterator[None]:
        """Turns whatever a parser raises on a file's content into an error that names the file, its kind and its rule.

        Raises:
            DataError: In place of any other exception.
        """
        with naming_kind(content, path, self.requirement), reading(path, self.requirement, self.fix):
            yield


class ClipFileReader(FeatureReader):
    """A format of files with the features of one clip each; a folder of them is one encoder.

    Attributes:
        bytes_per_second: Rough speed of reading, which decides whether processes are worth starting.
    """

    bytes_per_second: ClassVar[float] = 3e8

    @abstractmethod
    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        """Parses a file's bytes: features (D,) or (T, D), with column names where there are some.

        There is at least one byte; whatever is raised becomes an error that names the file.
        """

    def could_be_clip(self, path: Path) -> bool:
        """Whether a file of this suffix may hold a clip's features although its name is no known clip's."""
        return self.matches(path)

    def features_of(self, content: bytes, path: Path) -> ClipFeatures:
        """Parses and checks a file's bytes.

        Raises:
            DataError: If the file is damaged, unsafe, or not of numbers of shape [T, D] or [D].
        """
        with self.parsing(content, path):
            clip = self.parse(content, path)
        return checked_clip(clip, path, fix=self.fix)

    def parsed(self, path: Path) -> ClipFeatures:
        """Reads the array of a file as it is, of any number of axes.

        Raises:
            DataError: If the file is missing, unreadable, empty, damaged or unsafe.
        """
        content = bytes_of(path)
        with self.parsing(content, path):
            clip = self.parse(content, path)
        return replace(clip, sha256=hashlib.sha256(content).hexdigest())

    def read(self, path: Path) -> ClipFeatures:
        """Reads a file.

        Raises:
            DataError: As `parsed`, or if the file is not of numbers of shape [T, D] or [D].
        """
        return checked_clip(self.parsed(path), path, fix=self.fix)


class SourceReader(FeatureReader):
    """A layout that holds all clips of an encoder, or of several.

    Attributes:
        holds_many: Whether one path holds several encoders, distinguished by their names.
        lists_clips: Whether `clips_of` is quick; a missing clip is then refused before features are read.
        joins_files: Whether it reads a source with `parts` as one, from the files of all of them.
    """

    holds_many: ClassVar[bool] = False
    lists_clips: ClassVar[bool] = False
    joins_files: ClassVar[bool] = False

    @abstractmethod
    def encoders_at(self, candidate: Candidate) -> list[str]:
        """Names of the encoders at a path; none where it is something else."""

    @abstractmethod
    def clips_of(self, source: Source, is_clip: IsClip | None = None) -> list[str]:
        """Names of the clips that a source has features of; `is_clip` is none where clips are yet to be learnt.

        Raises:
            DataError: If the source cannot be read.
        """

    @abstractmethod
    def read(self, source: Source, request: Request) -> SourceFeatures:
        """Reads all clips.

        Raises:
            DataError: If the source is damaged, or its files disagree.
        """

    def files(self, source: Source, is_clip: IsClip) -> list[Path]:
        """The files that `read` reads: where none of them has changed, reading again gives the same."""
        del is_clip
        return list(source.paths)

    def sha256(self, source: Source, request: Request) -> str | None:
        """The checksum that `read` gives, without reading features; none where the source has to be read again."""
        del request
        return hashlib.sha256(bytes_of(source.path)).hexdigest()

    def reason(self, path: Path) -> str:
        """Why a file of a right suffix is not read, as a clause about `it`."""
        del path
        return f"it is not {self.requirement}"

    def takes(self, candidate: Candidate) -> bool:
        """Whether an entry of a recognised folder belongs to the encoder; the rest is searched on."""
        del candidate
        return True


READERS: Final[dict[str, FeatureReader]] = {}
"""Every reader by name, in the order of registration; of several that recognise a path, the last one reads it."""

Reader = TypeVar("Reader", bound=FeatureReader)


def register_reader(reader: type[Reader]) -> type[Reader]:
    """Adds a class of readers, made without arguments; one of the same name is replaced. It can be a decorator."""
    READERS[reader.name] = reader()
    return reader


def source_readers() -> list[SourceReader]:
    """Readers of all clips of an encoder, the last registered first."""
    return [reader for reader in reversed(READERS.values()) if isinstance(reader, SourceReader)]


def clip_file_readers() -> list[ClipFileReader]:
    """Readers of one clip's file, the last registered first."""
    return [reader for reader in reversed(READERS.values()) if isinstance(reader, ClipFileReader)]
