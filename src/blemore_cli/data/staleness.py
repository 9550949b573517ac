"""Staleness of an index: differences between the files that it was made of and those that are there now.

Files are compared by size and time, and by checksum where these differ. Files that are not there any more, as beside an
index on another machine, are no difference.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import ArtefactError, DataError, listed
from blemore_cli.core.files import sha256_of
from blemore_cli.data.features.collect import request_for
from blemore_cli.data.features.layers.choice import without_layer
from blemore_cli.data.features.readers.base import Source
from blemore_cli.data.features.sources import sources_of_clips
from blemore_cli.data.index.file import IndexContents, read_contents
from blemore_cli.data.index.sources_file import (
    FileStamp,
    IndexChecksums,
    RecordedSources,
    read_sources,
    sizes_and_times,
    write_sources,
)
from blemore_cli.data.source_files import FileChanges, SourceFiles, metadata_files, metadata_stamps

COMMAND: Final = "`blemore index`"


@dataclass(frozen=True)
class Staleness:
    """What differs between an index and the files that are there.

    Attributes:
        changes: Metadata files and encoders that differ from what the index was made of.
        notes: What the index could not know of: encoders that are new, and why a search for them fails.
    """

    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check_fresh(path: Path, project: DataConfig | None, *, is_allowed: bool = False) -> tuple[str, ...]:
    """Refuses a stale index, or notes that it is stale.

    Args:
        path: The index.
        project: The configuration of the project whose index it is, for an index that has lost its sidecar.
        is_allowed: Whether a stale index is wanted all the same.

    Returns:
        Notes for the user.

    Raises:
        ArtefactError: If the index is missing, damaged, or stale.
    """
    state = staleness(path, project)
    if state.changes and not is_allowed:
        raise ArtefactError(
            f"{path} must be up to date, but changed since {COMMAND}: {'; '.join(state.changes)}",
            fix=f"Run {COMMAND}, or go on with the index as it is by --stale allow.",
        )
    stale = (f"{path}: changed since {COMMAND}: {'; '.join(state.changes)}",) if state.changes else ()
    return *stale, *state.notes


def staleness(path: Path, project: DataConfig | None) -> Staleness:
    """Compares an index with the files that it was made of; where only times differ, they are recorded anew.

    Args:
        path: The index.
        project: The configuration of the project whose index it is, for an index that has lost its sidecar.

    Raises:
        ArtefactError: If the index is missing or damaged.
    """
    contents = read_contents(path)
    recorded = read_sources(path, contents.checksum)
    data = recorded.config(path) if recorded else project
    if data is None:
        return Staleness()
    metadata = _changed_metadata(contents, recorded.metadata if recorded else {}, data)
    sources, notes = _sources_there(data, contents)
    if recorded is None:
        return Staleness((*metadata, *_changed_checksums(contents, sources, data)), notes)
    files = _files(path, contents, recorded, sources)
    differences = {name: encoder.changes() for name, encoder in files.items()}
    changes = (*metadata, *(_described(name, changes) for name, changes in differences.items() if changes))
    if not changes and any(encoder.checksums for encoder in files.values()):
        _record_times(path, recorded, data, files)
    return Staleness(changes, (*(notes if files else ()), *_new_encoders(contents, sources)))


def _changed_metadata(contents: IndexContents, recorded: Mapping[str, FileStamp], data: DataConfig) -> list[str]:
    changed = []
    for split, path in metadata_files(data).items():
        state = sizes_and_times([str(path)]).get(str(path))
        stamp, sha256 = recorded.get(split), contents.metadata.get(split)
        is_same = state is None or sha256 is None or (stamp is not None and stamp[:2] == state)
        if not is_same and sha256_of(path) != sha256:
            changed.append(path.name)
    return changed


def _sources_there(data: DataConfig, contents: IndexContents) -> tuple[dict[str, Source], tuple[str, ...]]:
    """The encoders that a search gives now, by name, and a note where it fails."""
    features = [path for path in data.features if path.exists()]
    named = {name: places for name, places in data.named_places.items() if all(path.exists() for path in places)}
    if not features and not named:
        return {}, ()
    try:
        sources = sources_of_clips(contents.clips, features, named, data.layers).sources
    except DataError as error:
        return {}, (f"{COMMAND} would fail now: {error.message}",)
    return {source.name: source for source in sources}, ()


def _files(
    path: Path, contents: IndexContents, recorded: RecordedSources, sources: Mapping[str, Source]
) -> dict[str, SourceFiles]:
    """The files of each encoder of which any is there."""
    files = {}
    for name in contents.encoders:
        if name in sources:
            encoder = SourceFiles.of(sources[name], contents.clips, recorded, path)
        else:
            stamps = recorded.files(name, path)
            encoder = SourceFiles(sizes_and_times(stamps), stamps)
        if any(file in encoder.recorded for file in encoder.states):
            files[name] = encoder
    return files


def _changed_checksums(contents: IndexContents, sources: Mapping[str, Source], data: DataConfig) -> list[str]:
    """The encoders whose sources have another checksum; the checksum of some sources cannot be told."""
    request = request_for(contents.clips, data)
    both = {name: source for name, source in sources.items() if name in contents.encoders}
    checksums = {name: source.reader.sha256(source, request) for name, source in both.items()}
    changed = [name for name, sha256 in checksums.items() if sha256 and sha256 != contents.encoders[name].sha256]
    return [f"encoder {name}" for name in changed]


def _new_encoders(contents: IndexContents, sources: Mapping[str, Source]) -> list[str]:
    known = {*contents.encoders, *map(without_layer, contents.encoders)}  # layers may be chosen by a flag
    new = [f"{name} ({source.path})" for name, source in sources.items() if name not in known]
    return [f"not in the index: encoder {listed(new)}; {COMMAND} adds it"] if new else []


def _described(name: str, changes: FileChanges) -> str:
    """The numbers of files, as `encoder hubert: 3 files changed, 1 new, 2 gone`, and the first names."""
    parts: list[str] = []
    for files, what in ((changes.changed, "changed"), (changes.new, "new"), (changes.gone, "gone")):
        if files:
            noun = "" if parts else "file " if len(files) == 1 else "files "
            parts.append(f"{len(files)} {noun}{what}")
    names = [Path(file).name for file in (*changes.changed, *changes.new, *changes.gone)]
    return f"encoder {name}: {', '.join(parts)} ({listed(names, 3)})"


def _record_times(path: Path, recorded: RecordedSources, data: DataConfig, files: Mapping[str, SourceFiles]) -> None:
    """Records the times of files whose content is the same, so that they are not hashed again; it may be refused."""
    stamps = {name: recorded.files(name, path) for name in recorded.encoders}
    stamps |= {name: encoder.stamped({}) for name, encoder in files.items()}
    metadata = recorded.metadata | metadata_stamps(data)
    with suppress(ArtefactError):
        checksums = IndexChecksums(recorded.checksum, recorded.sha256)
        write_sources(path, RecordedSources.of(path, checksums, data, metadata, stamps))
