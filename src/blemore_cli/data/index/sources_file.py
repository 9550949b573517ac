"""Sidecar of an index: sizes, times and checksums of the files that it was made of.

It stands beside the index, whose bytes are a function of content alone. Without it, files are compared by checksum.
"""

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import read_bytes, sha256_of, write_text

SUFFIX: Final = ".sources.json"
FORMAT: Final = "blemore-index-sources"


class FileStamp(NamedTuple):
    """Size in bytes, time of modification in nanoseconds, and hexadecimal SHA-256 of a file."""

    size: int
    mtime_ns: int
    sha256: str


class IndexChecksums(NamedTuple):
    """Checksums of an index: of its content, and the hexadecimal SHA-256 of its bytes."""

    checksum: str
    sha256: str


class RecordedSources(BaseModel):
    """What an index was made of; paths are relative to its folder where they share more than the root.

    Attributes:
        format: Mark of the file.
        checksum: Checksum of the index's content.
        sha256: Checksum of its bytes; empty where it was not recorded.
        data: How it was made.
        metadata: The metadata file of each split that has one.
        encoders: The files of each encoder, by folder and name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["blemore-index-sources"] = FORMAT
    checksum: str
    sha256: str = ""
    data: DataConfig
    metadata: dict[str, FileStamp]
    encoders: dict[str, dict[str, dict[str, FileStamp]]]

    @classmethod
    def of(
        cls,
        index: Path,
        checksums: IndexChecksums,
        data: DataConfig,
        metadata: Mapping[str, FileStamp],
        encoders: Mapping[str, Mapping[str, FileStamp]],
    ) -> Self:
        """The record of an index at a path; the files of each encoder come by absolute path."""
        folder = index.parent
        texts = {name: _by_folder(files, folder) for name, files in encoders.items()}
        relative = _with_paths(data, lambda path: Path(source_text(path, folder)))
        return cls(**checksums._asdict(), data=relative, metadata=dict(metadata), encoders=texts)

    def files(self, encoder: str, index: Path) -> dict[str, FileStamp]:
        """The files of an encoder of the index at a path, by absolute path; none for one that is not recorded."""
        return {
            f"{folder}{os.sep}{name}": stamp
            for text, files in self.encoders.get(encoder, {}).items()
            for folder in [_normal(index.parent / text)]
            for name, stamp in files.items()
        }

    def config(self, index: Path) -> DataConfig:
        """How the index at a path was made, with absolute paths."""
        return _with_paths(self.data, lambda path: Path(_normal(index.parent / path)))


def sources_file(index: Path) -> Path:
    """The sidecar's path."""
    return index.with_name(index.name + SUFFIX)


def write_sources(index: Path, sources: RecordedSources) -> None:
    """Writes the sidecar of an index atomically.

    Raises:
        ArtefactError: If it cannot be written.
    """
    write_text(sources_file(index), sources.model_dump_json() + "\n")


def read_sources(index: Path, checksum: str) -> RecordedSources | None:
    """The sidecar of an index with a checksum of its content; none where it is lost, or is of another index."""
    try:
        content = read_bytes(sources_file(index), "sidecar of an index", ArtefactError)
        sources = RecordedSources.model_validate_json(content)
    except (ArtefactError, ValidationError):
        return None
    return sources if sources.checksum == checksum else None


def check_sources_file(index: Path) -> None:
    """Refuses to replace anything but a sidecar.

    Raises:
        ArtefactError: If another file stands in its place.
    """
    path = sources_file(index)
    if path.exists() and not (path.is_file() and FORMAT.encode() in path.read_bytes()[:100]):
        raise ArtefactError(
            f"{path} must be the sidecar of an index to be replaced by a new one, got something else",
            fix="Move it, or name another index with --out.",
        )


def absolute(paths: Iterable[Path]) -> list[str]:
    """The absolute names of files, as text: `Path` takes seconds for as many files as a challenge has."""
    folders: dict[str, str] = {}
    names = []
    for path in map(str, paths):
        folder, name = os.path.split(path)
        if folder not in folders:
            folders[folder] = _normal(Path(folder))
        names.append(f"{folders[folder]}{os.sep}{name}")
    return names


def _normal(path: Path) -> str:
    return os.path.normpath(path.absolute())


def sizes_and_times(names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Size in bytes and time of modification in nanoseconds of each file that is there, by name."""
    states = {}
    for name in names:
        try:
            state = os.stat(name)  # noqa: PTH116 (thousands of files)
        except OSError:
            continue
        states[name] = state.st_size, state.st_mtime_ns
    return states


def checksums_of(names: Iterable[str]) -> dict[str, str]:
    """The hexadecimal SHA-256 of each file, by name; threads are enough, since hashing leaves Python's lock."""
    files = list(names)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return dict(zip(files, threads.map(lambda name: sha256_of(Path(name)), files), strict=True))


def source_texts(paths: Iterable[Path], folder: Path) -> str:
    """The paths of a source, separated by ` + `, each as `source_text` gives it.

    Examples:
        >>> source_texts([Path("/p/f/train/x.npz"), Path("/p/f/test/x.npz")], Path("/p"))
        'f/train/x.npz + f/test/x.npz'
    """
    return " + ".join(source_text(path, folder) for path in paths)


def source_text(path: Path, folder: Path) -> str:
    """A source's path relative to the index's folder where they share more than the root, so that it can move along.

    Examples:
        >>> source_text(Path("/data/features/hubert"), Path("/data/project"))
        '../features/hubert'
    """
    source, base = path.absolute(), folder.absolute()
    if os.path.commonpath([source, base]) == source.anchor:
        return path.as_posix()
    return Path(os.path.relpath(source, base)).as_posix()


def _by_folder(files: Mapping[str, FileStamp], base: Path) -> dict[str, dict[str, FileStamp]]:
    folders: dict[str, dict[str, FileStamp]] = {}
    for path, stamp in files.items():
        folder, name = os.path.split(path)
        folders.setdefault(folder, {})[name] = stamp
    return {source_text(Path(folder), base): stamps for folder, stamps in folders.items()}


def _with_paths(data: DataConfig, change: Any) -> DataConfig:
    """A configuration with every path changed."""

    def changed(value: Any) -> Any:
        if isinstance(value, Path):
            return change(value)
        if isinstance(value, dict):
            return {key: changed(item) for key, item in value.items()}
        return [changed(item) for item in value] if isinstance(value, list) else value

    return DataConfig.model_validate(changed(data.model_dump()))
