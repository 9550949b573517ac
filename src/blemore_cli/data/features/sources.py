"""What is at a path: which files hold the features of which encoder, decided by layout and content."""

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.clip_file import CLIP_SUFFIXES, clip_of
from blemore_cli.data.features.tables import TABLE_SUFFIXES, clip_column, columns_of, feature_columns
from blemore_cli.data.index.check import ENCODER_NAME
from blemore_cli.data.index.file import read_index
from blemore_cli.data.metadata.clip_names import carries_label

Kind = Literal["static_npz", "clip_folder", "table", "index"]

INDEX_SUFFIXES: Final = (".h5", ".hdf5")
ACCEPTED: Final = (
    "Give NAME_static_features.npz, a table .csv or .parquet with a row for each clip, a folder with CLIP.npy, CLIP.pt "
    "or CLIP.csv for each clip, a folder of these, or an index .h5."
)

_STATIC_SUFFIX: Final = "_static_features"


@dataclass(frozen=True)
class Source:
    """Where the features of one encoder are.

    Attributes:
        name: Encoder name.
        path: File, or folder with a file for each clip.
        kind: Layout of what is there.
    """

    name: str
    path: Path
    kind: Kind


@dataclass
class Found:
    """What a search came upon.

    Attributes:
        sources: The encoders.
        notes: What was passed over, and why.
    """

    sources: list[Source] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, path: Path, kind: Kind) -> None:
        """Adds an encoder."""
        self.sources.append(Source(name, path, kind))


def find_sources(paths: Iterable[Path], named: dict[str, Path], clip_names: Collection[str] | None) -> Found:
    """Finds the encoders at some paths.

    Args:
        paths: Each one an encoder (a file, or a folder with a file a clip), a folder of encoders, or an index.
        named: Paths of single encoders by the name to give them.
        clip_names: Names of the clips, or none where they are yet to be learnt from the files' names.

    Returns:
        The encoders in alphabetical order, and notes.

    Raises:
        DataError: If a path holds no encoder, a name is not permitted or is used twice, or a folder's files match no
            clip or name one twice.
    """
    is_clip = carries_label if clip_names is None else frozenset(clip_names).__contains__
    example = next(iter(clip_names or ()), "A102_ang_int1_ver1")
    search, found = _Search(is_clip, example), Found()
    for path in paths:
        search.look_at(path, found)
    for name, path in named.items():
        found.sources.append(_named(name, path, search, found.notes))
    if not found.sources:
        raise DataError(
            "features of at least one encoder are needed, got no path",
            fix=f"Name paths after `blemore index`, or in data.features. {ACCEPTED}",
        )
    _check_names(found.sources)
    found.sources.sort(key=lambda source: source.name)
    return found


def clip_files(folder: Path, is_clip: Callable[[str], bool]) -> dict[str, Path]:
    """The files of a folder that are named after a clip, by clip.

    Raises:
        DataError: If two files are of one clip.
    """
    files: dict[str, Path] = {}
    for path in _entries(folder):
        clip = clip_of(path)
        if path.suffix.lower() not in CLIP_SUFFIXES or not path.is_file() or not is_clip(clip):
            continue
        if clip in files:
            raise DataError(
                f"{folder} must have one file for each clip, got {files[clip].name} and {path.name}",
                fix="Remove one of the two.",
            )
        files[clip] = path
    return files


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise DataError(
            f"{folder} must be a readable folder: {error.strerror}", fix="Check its permissions."
        ) from error


@dataclass(frozen=True)
class _Search:
    """How to tell a clip's name, and one to show."""

    is_clip: Callable[[str], bool]
    example: str

    def look_at(self, path: Path, found: Found) -> None:
        n_before = len(found.sources)
        if path.is_dir():
            self._look_into(path, found, is_top=True)
        elif path.is_file():
            self._look_at_given_file(path, found)
        else:
            raise DataError(f"{path} must be a file or folder of features, but it does not exist", fix=ACCEPTED)
        if len(found.sources) == n_before:
            raise DataError(f"{path} must hold features, got {_described(path)}", fix=ACCEPTED)

    def _look_at_given_file(self, path: Path, found: Found) -> None:
        suffix = path.suffix.lower()
        if suffix in INDEX_SUFFIXES:
            for name in read_index(path).encoders:
                found.add(name, path, "index")
        elif suffix == ".npz":
            found.add(_stem(path), path, "static_npz")
        elif suffix in TABLE_SUFFIXES:
            found.add(_stem(path), path, "table")

    def _look_into(self, folder: Path, found: Found, *, is_top: bool) -> None:
        entries = _entries(folder)
        files = [path for path in entries if path.is_file()]
        if clip_files(folder, self.is_clip):
            found.add(folder.resolve().name, folder, "clip_folder")
            files = [path for path in files if not self._is_of_clip(path)]
        others = [path for path in files if not self._add_file(path, found)]
        for subfolder in (path for path in entries if is_top and path.is_dir()):
            self._look_into(subfolder, found, is_top=False)
        self._tell_passed_over(folder, others, found)

    def _tell_passed_over(self, folder: Path, others: list[Path], found: Found) -> None:
        strangers = [path.name for path in others if self._could_be_clip(path)]
        if strangers and not any(source.path.is_relative_to(folder) for source in found.sources):
            raise DataError(
                f"{folder} must have files named after the clips, such as {self.example}.npy, got {listed(strangers)}",
                fix="Rename the files, or check that the metadata are of these clips.",
            )
        if strangers:
            found.notes.append(f"{folder}: {len(strangers)} files of no known clip: {listed(strangers, 3)}")
        if ignored := [path.name for path in others if path.name not in strangers]:
            found.notes.append(f"{folder}: not read as features: {listed(ignored)}")

    def _is_of_clip(self, path: Path) -> bool:
        return path.suffix.lower() in CLIP_SUFFIXES and self.is_clip(clip_of(path))

    def _could_be_clip(self, path: Path) -> bool:
        """Whether a file has the form of a clip's features, though no clip has its name."""
        suffix = path.suffix.lower()
        return suffix in CLIP_SUFFIXES and (suffix != ".csv" or clip_column(columns_of(path)) is None)

    def _add_file(self, path: Path, found: Found) -> bool:
        """Adds an encoder that a single file of a folder holds; an index is read only where it is named itself."""
        suffix = path.suffix.lower()
        if suffix == ".npz" and (path.stem.endswith(_STATIC_SUFFIX) or _has_static_members(path)):
            found.add(_stem(path), path, "static_npz")
            return True
        if suffix in TABLE_SUFFIXES and _is_feature_table(columns_of(path)):
            found.add(_stem(path), path, "table")
            return True
        return False


def _stem(path: Path) -> str:
    return path.stem.removesuffix(_STATIC_SUFFIX)


def _has_static_members(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return {"X.npy", "filenames.npy"} <= set(archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False


def _is_feature_table(columns: list[str]) -> bool:
    """Whether columns are those of a table with features; a file without readable columns is left to its reader."""
    return not columns or (clip_column(columns) is not None and bool(feature_columns(columns)))


def _described(path: Path) -> str:
    if path.is_file():
        return f"a {path.suffix or 'nameless'} file"
    counts = Counter("folder" if entry.is_dir() else entry.suffix or "other file" for entry in _entries(path))
    return "a folder of " + (listed([f"{n} {what}" for what, n in counts.most_common()]) or "nothing")


def _named(name: str, path: Path, search: _Search, notes: list[str]) -> Source:
    """The one encoder at a path, under another name; of an index, the encoder of that name."""
    found = Found()
    search.look_at(path, found)
    notes.extend(found.notes)
    if found.sources[0].kind == "index":
        found.sources = [source for source in found.sources if source.name == name]
    if len(found.sources) != 1:
        names = [source.name for source in found.sources]
        raise DataError(
            f"encoder {name}: {path} must hold one encoder, got {listed(names) or 'none of that name'}",
            fix="Give the path of a single encoder.",
        )
    return Source(name, found.sources[0].path, found.sources[0].kind)


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
