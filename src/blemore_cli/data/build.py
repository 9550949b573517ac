"""Build of the index from metadata and feature files."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import ArtefactError, DataError, listed
from blemore_cli.core.files import read_bytes
from blemore_cli.core.parallel.engines import workers_kept
from blemore_cli.core.types import Clips, EncoderFeatures
from blemore_cli.data.extracted import check_as_extracted
from blemore_cli.data.features.collect import Progress, chosen_modality, collect
from blemore_cli.data.features.degenerate import DegenerateFeatures, degenerate_features, degenerate_notes
from blemore_cli.data.features.layers.choice import without_layer
from blemore_cli.data.features.readers.base import Source
from blemore_cli.data.features.search.passed_over import PassedOver, as_lines
from blemore_cli.data.features.sources import FoundSources, clips_in, find_sources, sources_of_clips
from blemore_cli.data.index.check import FORMAT
from blemore_cli.data.index.file import Index, read_index, reading_hdf5, write_index
from blemore_cli.data.index.sources_file import (
    FileStamp,
    IndexChecksums,
    RecordedSources,
    check_sources_file,
    source_texts,
    write_sources,
)
from blemore_cli.data.metadata.clips import Allowances, clips_from_names, read_clips
from blemore_cli.data.reuse import PreviousIndex
from blemore_cli.data.source_files import metadata_stamps

_HDF5_SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class BuildReport:
    """A new index with notes on its build.

    Attributes:
        index: The index.
        notes: What was left out, masked or guessed.
        reused: Encoders whose sources had not changed since the last time.
        passed_over: Files and folders that were not read, and why.
    """

    index: Index
    notes: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)


def build_index(data: DataConfig, *, progress: Progress = lambda *_: None) -> BuildReport:
    """Reads metadata and features into an index; encoders with unchanged sources come from the index it replaces.

    Raises:
        DataError: If metadata or features break a rule.
        ArtefactError: If another file stands in the index's place, or it cannot be written.
    """
    _check_target(data.index)
    metadata = metadata_stamps(data)
    clips, found_sources = _clips_and_sources(data)
    previous = PreviousIndex.at(data, clips)
    build = _Build(data, clips, previous, progress, notes=[*found_sources.notes, *previous.notes])
    checksums = {split: stamp.sha256 for split, stamp in metadata.items()}

    def record(written: IndexChecksums) -> None:
        write_sources(data.index, RecordedSources.of(data.index, written, data, metadata, build.files))

    with (
        workers_kept(),
        _no_empty_folder_left(data.index.parent),
        _naming_what_may_hold_features(found_sources.passed_over),
    ):
        if index := previous.unchanged(found_sources.sources, checksums):
            build.keep(found_sources.sources)
            record(IndexChecksums(index.checksum, index.sha256))
        else:
            encoders = build.encoders(found_sources.sources)
            written = write_index(data.index, clips, encoders, metadata=checksums, written=record)
            index = read_index(data.index, sha256=written.sha256)
    return BuildReport(index, build.notes, build.reused, found_sources.passed_over)


@contextmanager
def _naming_what_may_hold_features(passed_over: list[PassedOver]) -> Iterator[None]:
    """Adds to an error's next step what was not read although it may hold what is missing, as a zip archive."""
    try:
        yield
    except DataError as error:
        telling = as_lines(entry for entry in passed_over if entry.is_telling)
        raise DataError(error.message, fix="\n".join([error.fix, *telling])) from error


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
    """Refuses to replace anything but an index, a damaged index, or an empty file, with its sidecar."""
    check_sources_file(path)
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


def _clips_and_sources(data: DataConfig) -> tuple[Clips, FoundSources]:
    named, notes = data.named_places, list[str]()
    if data.train_metadata is None and data.test_metadata is None:
        clips = clips_from_names(clips_in(find_sources(data.features, named, None).sources))
    else:
        allowed = Allowances(data.allow_actor_overlap, data.allow_name_conflicts)
        clips = read_clips(data.train_metadata, data.test_metadata, allowed=allowed, note=notes.append)
    found_sources = sources_of_clips(clips, data.features, named, data.layers)
    names = [source.name for source in found_sources.sources]
    bases = list(dict.fromkeys([*names, *map(without_layer, names)]))
    _check_known("modality", data.modality, bases, fix="Correct the name in --modality or data.modality.")
    _check_known("columns", data.columns, names, fix="Correct the name in data.columns.")
    return clips, replace(found_sources, notes=[*notes, *found_sources.notes])


def _check_known(what: str, given: Iterable[str], names: list[str], *, fix: str) -> None:
    """Refuses what is given for an encoder that is not there."""
    if unknown := [name for name in given if name not in names]:
        raise DataError(
            f"{what} must be given for encoders of the index ({listed(names)}), got {listed(unknown)}", fix=fix
        )


@dataclass
class _Build:
    """Encoders of a new index, one at a time.

    Attributes:
        data: What is read, and how.
        clips: The clips of the index.
        previous: The index that is replaced.
        progress: Called as clips are read.
        notes: What was left out, masked or guessed.
        reused: Encoders that come from the previous index.
        files: The files of each encoder, by absolute name.
        degenerate: Counts of features that carry no information, of each encoder.
    """

    data: DataConfig
    clips: Clips
    previous: PreviousIndex
    progress: Progress
    notes: list[str]
    reused: list[str] = field(default_factory=list)
    files: dict[str, dict[str, FileStamp]] = field(default_factory=dict)
    degenerate: dict[str, DegenerateFeatures] = field(default_factory=dict)

    def encoders(self, sources: list[Source]) -> Iterator[EncoderFeatures]:
        """Reads the encoders, or takes them from the previous index, and keeps what is to be recorded."""
        is_covered = np.zeros(len(self.clips), dtype=np.bool_)
        for source in sources:
            files = self.previous.files(source)
            encoder = self._reused(source) or self._read(source)
            is_covered |= encoder.present
            self.degenerate[source.name] = degenerate_features(encoder.features, encoder.present)
            self.files[source.name] = files.stamped(encoder.files)
            check_as_extracted(self.files[source.name])
            yield replace(encoder, source=source_texts(source.paths, self.data.index.parent))
            del encoder  # its features, before those of the next one are read
        self.notes.extend(degenerate_notes(self.degenerate))
        if not is_covered.all():
            absent = self.clips.filename[~is_covered].tolist()
            raise DataError(
                f"a clip must have features of at least one encoder, got none for {listed(absent)}",
                fix="Extract these clips, or remove them from the metadata.",
            )

    def keep(self, sources: list[Source]) -> None:
        """Takes all encoders from the previous index as they are."""
        for source in sources:
            self.files[source.name] = self.previous.files(source).stamped({})
            self._note_reuse(source)

    def _note_reuse(self, source: Source) -> None:
        self.notes.extend(chosen_modality(source.name, self.data.modality)[1])
        self.reused.append(source.name)
        self.progress(source.name, len(self.clips), len(self.clips))

    def _read(self, source: Source) -> EncoderFeatures:
        encoder, notes = collect(source, self.clips, self.data, progress=self.progress)
        self.notes.extend(notes)
        return encoder

    def _reused(self, source: Source) -> EncoderFeatures | None:
        """The encoder of the previous index, if reading its source again would give the same."""
        try:
            encoder = self.previous.encoder(source)
        except ArtefactError as error:
            self.notes.append(f"encoder {source.name} is read again: {error.message}")
            return None
        if encoder:
            self._note_reuse(source)
        return encoder
