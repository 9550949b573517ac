"""Build of the index from metadata and feature files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import ArtefactError, DataError, listed
from blemore_cli.core.files import read_bytes
from blemore_cli.core.types import Clips, EncoderFeatures
from blemore_cli.data.features.collect import Progress, chosen_modality, collect, request_for
from blemore_cli.data.features.readers.base import Source
from blemore_cli.data.features.records import STATIC
from blemore_cli.data.features.sources import FoundSources, clips_in, find_sources
from blemore_cli.data.index.check import FORMAT
from blemore_cli.data.index.file import Index, read_index, reading_hdf5, write_index
from blemore_cli.data.metadata.clips import clips_from_names, read_clips

_HDF5_SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class BuildReport:
    """A new index with notes on its build.

    Attributes:
        index: The index.
        notes: What was left out, masked or guessed.
        reused: Encoders whose sources had not changed since the last time.
    """

    index: Index
    notes: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)


def build_index(data: DataConfig, *, progress: Progress = lambda *_: None) -> BuildReport:
    """Reads metadata and features into an index; encoders with unchanged sources come from the index it replaces.

    Raises:
        DataError: If metadata or features break a rule.
        ArtefactError: If another file stands in the index's place, or it cannot be written.
    """
    _check_target(data.index)
    clips, found_sources = _clips_and_sources(data)
    previous, notes = _previous(data.index)
    report = _Build(data, clips, previous, progress, notes=[*found_sources.notes, *notes])
    with _no_empty_folder_left(data.index.parent):
        write_index(data.index, clips, report.encoders(found_sources.sources))
    return BuildReport(read_index(data.index), report.notes, report.reused)


@contextmanager
def _no_empty_folder_left(folder: Path) -> Iterator[None]:
    """Removes a folder that was made for a file that could not be written."""
    is_new = not folder.exists()
    try:
        yield
    except BaseException:
        with suppress(OSError):
            if is_new:
                folder.rmdir()
        raise


def _check_target(path: Path) -> None:
    """Refuses to replace anything but an index, a damaged index, or an empty file."""
    if not path.exists():
        return
    fix = "Name another file with --out."
    if not path.is_file():
        raise ArtefactError(f"{path} must be a file to write the index to, got a folder", fix=fix)
    if path.stat().st_size and not _may_be_index(path):
        raise ArtefactError(f"{path} must be an index to be replaced by a new one, got another file", fix=fix)


def _may_be_index(path: Path) -> bool:
    """Whether a file is an index, or HDF5 that is too damaged to be sure."""
    start = read_bytes(path, "index", ArtefactError, fix="Check its permissions.", limit=len(_HDF5_SIGNATURE))
    if start != _HDF5_SIGNATURE:
        return False
    try:
        return bool(reading_hdf5(path, lambda file: file.attrs.get("format") in (FORMAT, FORMAT.encode())))
    except ArtefactError:
        return True


def _previous(path: Path) -> tuple[Index | None, list[str]]:
    """The index that is replaced, if it can be read, and a note where it cannot."""
    if not path.exists():
        return None, []
    try:
        return read_index(path), []
    except ArtefactError as error:
        return None, [f"everything is read again: {error.message}"]


def _clips_and_sources(data: DataConfig) -> tuple[Clips, FoundSources]:
    named = dict(data.encoders)
    if data.train_metadata is None and data.test_metadata is None:
        clips = clips_from_names(clips_in(find_sources(data.features, named, None).sources))
    else:
        clips = read_clips(data.train_metadata, data.test_metadata, allow_actor_overlap=data.allow_actor_overlap)
    found_sources = find_sources(data.features, named, clips.filename.tolist())
    names = [source.name for source in found_sources.sources]
    if unknown := [name for name in data.modality if name not in names]:
        raise DataError(
            f"modality must be given for encoders of the index ({listed(names)}), got {listed(unknown)}",
            fix="Correct the name in --modality or data.modality.",
        )
    return clips, found_sources


@dataclass
class _Build:
    """Encoders of a new index, one at a time."""

    data: DataConfig
    clips: Clips
    previous: Index | None
    progress: Progress
    notes: list[str]
    reused: list[str] = field(default_factory=list)

    def encoders(self, sources: list[Source]) -> Iterator[EncoderFeatures]:
        is_covered = np.zeros(len(self.clips), dtype=np.bool_)
        for source in sources:
            encoder = self._reusable(source)
            if encoder is None:
                encoder, notes = collect(source, self.clips, self.data, progress=self.progress)
                self.notes.extend(notes)
            is_covered |= encoder.present
            yield replace(encoder, source=source_text(source.path, self.data.index.parent))
        if not is_covered.all():
            absent = self.clips.filename[~is_covered].tolist()
            raise DataError(
                f"a clip must have features of at least one encoder, got none for {listed(absent)}",
                fix="Extract these clips, or remove them from the metadata.",
            )

    def _reusable(self, source: Source) -> EncoderFeatures | None:
        """The encoder of the previous index, if reading its source again would give the same."""
        name, previous = source.name, self.previous
        if previous is None or name not in previous.encoders:
            return None
        info = previous.encoders[name]
        if (
            not np.array_equal(previous.clips.filename, self.clips.filename)
            or info.aggregate not in (STATIC, self.data.aggregate)
            or (info.n_missing and self.data.missing == "error")
            or info.sha256 != source.reader.sha256(source, request_for(self.clips, self.data))
        ):
            return None
        try:
            features, present = previous.features(name), previous.present(name)
        except ArtefactError as error:
            self.notes.append(f"encoder {name} is read again: {error.message}")
            return None
        modality, notes = chosen_modality(name, self.data.modality)
        self.notes.extend(notes)
        self.reused.append(name)
        self.progress(name, len(self.clips), len(self.clips))
        parts = (features, present, modality, info.source, info.aggregate, info.sha256, info.columns)
        return EncoderFeatures(name, *parts)


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
