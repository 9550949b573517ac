"""Joined sources: several files or folders that hold different clips of one encoder."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Floats
from blemore_cli.data.features.readers.base import (
    IsClip,
    Request,
    Source,
    SourceReader,
)
from blemore_cli.data.features.readers.clip_folder import refuse_clips_in_both
from blemore_cli.data.features.records import STATIC, SourceFeatures

_NAME_ONE: Final = "Extract both in one way, or give one of them another name with --encoder NAME=PATH."

Read = tuple[Source, SourceFeatures]


def joined(name: str, parts: Sequence[Source]) -> Source:
    """One source of several; those of readers that read files of any folders are read as one folder.

    Args:
        name: Name of the encoder.
        parts: Its sources, one or more.
    """
    groups: dict[str, list[Source]] = {}
    for part in _single_sources(parts):
        groups.setdefault(part.reader.name if part.reader.joins_files else str(id(part)), []).append(part)
    sources = [
        replace(group[0], name=name, parts=tuple(group)) if len(group) > 1 else group[0] for group in groups.values()
    ]
    if len(sources) > 1 or _is_known_by_name(sources[0], name):
        return Source(name, parts[0].path, JoinedSource(), tuple(sources))
    return replace(sources[0], name=name)


def _is_known_by_name(source: Source, name: str) -> bool:
    """Whether the reader would not know a source by another name: it tells the encoders of a file by their names."""
    _, dot, key = source.name.rpartition(".")
    is_known = source.name == name if source.reader.holds_many else not dot or f".{name}".endswith(f".{key}")
    return source.path.is_file() and not is_known


def _single_sources(sources: Iterable[Source]) -> list[Source]:
    return [single for source in sources for single in (_single_sources(source.parts) if source.parts else [source])]


class JoinedSource(SourceReader):
    """Several sources of one encoder, of any formats; it is made by a search, and no path is one."""

    name = "joined"

    def encoders_at(self, candidate: object) -> list[str]:
        """None: the search joins sources."""
        del candidate
        return []

    def clips_of(self, source: Source, is_clip: IsClip | None = None) -> list[str]:
        """Clips of all parts."""
        return list(dict.fromkeys(clip for part in source.parts for clip in part.reader.clips_of(part, is_clip)))

    def read(self, source: Source, request: Request) -> SourceFeatures:
        """Reads all parts; refuses a clip in two of them, widths that differ, and columns of other names."""
        parts: list[Read] = []
        for part in source.parts:
            n_before = sum(len(features.clips) for _, features in parts)
            parts.append((part, part.reader.read(part, _counting_from(n_before, request))))
        _check_clips(parts, request.is_clip)
        _check_widths(parts)
        return _concatenated(parts, request.is_clip)

    def files(self, source: Source, is_clip: IsClip) -> list[Path]:
        """The files of all parts."""
        return [path for part in source.parts for path in part.reader.files(part, is_clip)]

    def sha256(self, source: Source, request: Request) -> str | None:
        """The checksum of the parts' checksums; none where a part has to be read again."""
        return _combined_sha256([part.reader.sha256(part, request) for part in source.parts])


def _counting_from(n_before: int, request: Request) -> Request:
    return replace(request, done=lambda n_done: request.done(n_before + n_done))


def _combined_sha256(digests: Sequence[str | None]) -> str | None:
    known = [digest for digest in digests if digest]
    if len(known) < len(digests):
        return None
    if len(known) == 1:
        return known[0]
    return hashlib.sha256("\n".join(sorted(known)).encode()).hexdigest()


def _check_clips(parts: Sequence[Read], is_clip: IsClip) -> None:
    for (first, before), (second, after) in combinations(parts, 2):
        in_first = frozenset(filter(is_clip, before.clips))
        refuse_clips_in_both(first.path, second.path, [clip for clip in after.clips if clip in in_first])


def _check_widths(parts: Sequence[Read]) -> None:
    widths = {part.path: features.features.shape[1] for part, features in parts}
    if len(set(widths.values())) > 1:
        raise DataError(
            "files or folders of one encoder must have the same width, got "
            f"{listed([f'{width} in {path}' for path, width in widths.items()])}",
            fix=_NAME_ONE,
        )


def _concatenated(parts: Sequence[Read], is_clip: IsClip) -> SourceFeatures:
    """Rows of all parts in float32, with what the parts say; a clip beyond the metadata is taken from the first."""
    of_frames = next((part for _, part in parts if part.aggregate != STATIC), parts[0][1])
    columns = _common_columns(parts)
    taken: set[str] = set()
    clips, rows = [], []
    for _, part in parts:
        kept = [row for row, clip in enumerate(part.clips) if is_clip(clip) or clip not in taken]
        taken.update(part.clips)
        clips += [part.clips[row] for row in kept]
        rows.append(_in_order(part, columns)[kept])
    return SourceFeatures(
        clips,
        np.concatenate(rows),
        columns=columns,
        left_out=tuple(dict.fromkeys(name for _, part in parts for name in part.left_out)),
        sha256=_combined_sha256([part.sha256 for _, part in parts]) or "",
        aggregate=of_frames.aggregate,
        modality=next((part.modality for _, part in parts if part.modality), None),
        notes=tuple(f"{source.path.name}: {note}" for source, part in parts for note in part.notes),
        files={path: checksum for _, part in parts for path, checksum in part.files.items()},
        no_frame_left=tuple(clip for _, part in parts for clip in part.no_frame_left),
    )


def _common_columns(parts: Sequence[Read]) -> tuple[str, ...]:
    """The columns of the first part that has names; none where parts name another number of columns."""
    named = [(source.path, part.columns) for source, part in parts if part.columns]
    if len({len(columns) for _, columns in named}) != 1:
        return ()
    path, columns = named[0]
    for other_path, others in named[1:]:
        if set(others) != set(columns):
            raise _columns_differ(path, columns, other_path, others)
    return columns


def _columns_differ(path: Path, columns: Sequence[str], other_path: Path, others: Sequence[str]) -> DataError:
    only = [name for name in columns if name not in others], [name for name in others if name not in columns]
    return DataError(
        "files or folders of one encoder must have the same columns, got "
        f"{listed(only[0], 3)} in {path} and {listed(only[1], 3)} in {other_path} alone",
        fix=_NAME_ONE,
    )


def _in_order(part: SourceFeatures, columns: tuple[str, ...]) -> NDArray[np.float32]:
    """Features (N, D) of a part in float32, its columns in a given order."""
    with np.errstate(over="ignore"):
        features: Floats = part.features.astype(np.float32)
    if len(part.columns) != len(columns) or part.columns == columns:
        return features
    positions = np.array([part.columns.index(name) for name in columns])
    starts = np.arange(0, features.shape[1], len(columns))
    return np.asarray(features[:, (starts[:, None] + positions).ravel()])
