"""Files and folders that a search passes over, and why."""

import os
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import listed
from blemore_cli.data.extracted import FAILURES_SHEET, FAILURES_TABLE
from blemore_cli.data.features.columns import clip_column, feature_columns
from blemore_cli.data.features.containers.hdf5 import is_index
from blemore_cli.data.features.evidence.names import is_metadata
from blemore_cli.data.features.readers.base import IsClip, source_readers
from blemore_cli.data.features.readers.clip_folder import clip_reader_of, content_in_words, entries_of
from blemore_cli.data.features.search.other_half import ARCHIVES
from blemore_cli.data.features.tables.csv_text import csv_columns
from blemore_cli.data.foreign import NEVER_FEATURES, PICKLE, FileKind, conversion_of, kind_of
from blemore_cli.data.index.sources_file import SUFFIX
from blemore_cli.data.metadata.clip_names import clip_name, copied_name

LITTER: Final = frozenset(
    {
        *("thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "__macosx", "__pycache__", "@eadir"),
        *(FAILURES_TABLE, FAILURES_SHEET),
    }
)
"""Names, in lower case, of what operating systems, Python and `extract` leave behind: passed over as hidden files."""

_UNFINISHED: Final = (".part", ".partial", ".crdownload", ".download", ".filepart", ".aria2", ".tmp", ".temp")
_PICKLES: Final = (".pkl", ".pickle", ".joblib")
_MEDIA: Final = (".mov", ".mp4", ".avi", ".mkv", ".webm", ".wav", ".flac", ".mp3", ".m4a", ".ogg")
_OTHER_SOFTWARE: Final = {"pyvenv.cfg": "a virtual environment of Python", "conda-meta": "an environment of conda"}
_OTHER_FOLDERS: Final = {"node_modules": "a folder of packages", "site-packages": "a folder of packages"}
_RUN: Final = ("config.yaml", "index.sha256")
_START: Final = 512


@dataclass(frozen=True)
class PassedOver:
    """A file or folder that is not read.

    Attributes:
        path: Its path.
        reason: Why, as a clause about `it`.
        is_telling: Whether it may hold features, so that it is listed by itself even if all around it is passed over.
    """

    path: Path
    reason: str
    is_telling: bool = False


def as_lines(passed_over: Iterable[PassedOver]) -> list[str]:
    """A line for each reason and folder.

    Examples:
        >>> as_lines([PassedOver(Path("f/a.txt"), "it is text"), PassedOver(Path("f/b.txt"), "it is text")])
        ['not read: 2 in f (a.txt, b.txt), each because it is text']
    """
    groups: dict[tuple[Path, str], list[str]] = {}
    for entry in passed_over:
        groups.setdefault((entry.path.parent, entry.reason), []).append(entry.path.name)
    return [_line(folder, names, reason) for (folder, reason), names in groups.items()]


def _line(folder: Path, names: list[str], reason: str) -> str:
    if len(names) == 1:
        return f"not read: {folder / names[0]} because {reason}"
    return f"not read: {len(names)} in {folder} ({listed(names, 3)}), each because {reason}"


def is_litter(path: Path) -> bool:
    """Whether a file or folder is what operating systems leave behind."""
    return path.name.lower() in LITTER


def passed_over_folder(path: Path, ancestors: Collection[str]) -> PassedOver | None:
    """The reason for which a folder is not searched; none where it is.

    Args:
        path: The folder.
        ancestors: Paths of the folders that it lies in, without links.
    """
    if os.path.realpath(path) in ancestors:
        return PassedOver(path, "it is a link to a folder that it lies in")
    kind = _OTHER_FOLDERS.get(path.name) or next(
        (kind for name, kind in _OTHER_SOFTWARE.items() if (path / name).exists()), None
    )
    if not kind and all((path / name).exists() for name in _RUN):
        kind = "a run of this toolkit"
    return PassedOver(path, f"it is {kind}") if kind else None


def without_features(folder: Path) -> PassedOver:
    """A folder in which nothing was recognised."""
    is_empty = not entries_of(folder)
    return PassedOver(folder, "it is empty" if is_empty else f"it holds no features, but {content_in_words(folder)}")


def passed_over_file(path: Path, is_clip: IsClip) -> PassedOver:
    """The reason for which a file that no reader recognises is not read."""
    name = path.name.lower()
    if not path.exists():
        target = path.readlink() if path.is_symlink() else path
        return PassedOver(path, f"it is a link to {target}, which is not there", is_telling=True)
    if not path.is_file():
        return PassedOver(path, "it is neither a file nor a folder")
    if name.endswith(_UNFINISHED):
        return PassedOver(path, "it is an unfinished download, or a file in the making", is_telling=True)
    if name.endswith(ARCHIVES):
        return PassedOver(path, f"it is an archive{_clips_in_zip(path, is_clip)}: unpack it", is_telling=True)
    if path.stat().st_size == 0:
        return PassedOver(path, "it is empty")
    with path.open("rb") as file:
        kind = kind_of(file.read(_START))
    if kind is not None and kind in NEVER_FEATURES:
        return PassedOver(path, f"it is {kind.name}", is_telling=True)
    reader = clip_reader_of(path)
    if reader is not None and reader.could_be_clip(path):
        return _stranger(path, clip_name(reader.stem(path)), is_clip)
    return _other_file(path, name, kind)


def _stranger(path: Path, clip: str, is_clip: IsClip) -> PassedOver:
    """A clip's file by its suffix, whose name is no known clip's."""
    original = copied_name(clip)
    if original and is_clip(clip_name(original)):
        return PassedOver(path, f"it is named as a copy of the file of {clip_name(original)}")
    return PassedOver(path, "its name is no known clip's")


def _other_file(path: Path, name: str, kind: FileKind | None) -> PassedOver:
    if name.endswith(_MEDIA):
        return PassedOver(path, "it is a recording, and features have to be extracted from it first")
    if name.endswith(_PICKLES):
        return PassedOver(path, f"it is {PICKLE.name}, which is never loaded: convert it to .npz", is_telling=True)
    if (conversion := conversion_of(path)) and not name.endswith((".json", ".mat")):
        return PassedOver(path, f"it is {conversion.name}, which has to be converted to be read", is_telling=True)
    columns = csv_columns(path) if name.endswith(".csv") else []
    if (of_clips := clip_column(columns)) and not feature_columns(columns):
        others = [name for name in columns if name != of_clips and not is_metadata(name)]
        reason = f"its columns are of labels, persons or time, and no features: {listed(others)}"
        return PassedOver(path, reason if others else "it holds metadata and no features", is_telling=bool(others))
    if name.endswith(SUFFIX):
        return PassedOver(path, "it is the sidecar of an index")
    if is_index(path):
        return PassedOver(path, "it is an index, which is read where it is named itself")
    for table in source_readers():
        if not table.holds_many and table.suffixes and table.matches(path):
            reason = table.reason(path)
            return PassedOver(path, reason, is_telling=reason != f"it is not {table.requirement}")
    if reader := clip_reader_of(path):
        return PassedOver(path, f"it is not {reader.requirement}", is_telling=True)
    return PassedOver(path, f"it is {kind.name}" if kind and not kind.suffixes else "it is of no format of features")


def _clips_in_zip(path: Path, is_clip: IsClip) -> str:
    """How many files of clips a zip archive holds, in words."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [Path(name) for name in archive.namelist()]
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return ""
    readers = [(clip_reader_of(name), name) for name in names if not name.name.startswith(".")]
    n_clips = sum(1 for reader, name in readers if reader and is_clip(clip_name(reader.stem(name))))
    return f" with files of {n_clips} clips" if n_clips else ""
