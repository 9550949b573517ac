"""Features from a file for each clip, read in parallel and aggregated in constant memory."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import Aggregate
from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.parallel.engines import spread
from blemore_cli.core.types import Floats
from blemore_cli.data.features.aggregate import AGGREGATIONS
from blemore_cli.data.features.frames import NO_RULES, FrameRules, frames_that_count
from blemore_cli.data.features.parsing import bytes_of
from blemore_cli.data.features.records import STATIC, ClipFeatures, SourceFeatures
from blemore_cli.data.features.row_file import Batch, RowFile, row_file
from blemore_cli.data.features.shared_matrix import SharedMatrix, stacked, whole_matrix

Place = TypeVar("Place")
"""Where the features of one clip are: a file, or a part of one; in text, it names the clip's in messages."""

_BATCH: Final = 32


def read_folder(
    files: dict[str, Path],
    read: Callable[[Path], ClipFeatures],
    *,
    aggregate: Aggregate,
    jobs: int,
    done: Callable[[int], None] = lambda _: None,
    rules: FrameRules = NO_RULES,
) -> SourceFeatures:
    """Reads the files of N clips, as `read_clips` and `joined` do, with the checksum of all files."""
    clips = read_clips(files, read, aggregate=aggregate, jobs=jobs, done=done, rules=rules)
    digests = [clip.sha256 for clip in clips.values()]
    checksums = dict(zip(files.values(), digests, strict=True))
    return replace(joined(clips, aggregate), sha256=combined_sha256(files, digests), files=checksums)


def read_clips(
    places: dict[str, Place],
    read: Callable[[Place], ClipFeatures],
    *,
    aggregate: Aggregate,
    jobs: int,
    done: Callable[[int], None] = lambda _: None,
    rules: FrameRules = NO_RULES,
) -> dict[str, ClipFeatures]:
    """Reads the features of N clips; `[T, D]` are aggregated, `[D]`, or `[1, D]` of all clips, are taken as they are.

    Args:
        places: Where the features of each clip are.
        read: Reads those of one; it must pickle.
        aggregate: How frames become one row.
        jobs: Number of processes; 0 is one for each core.
        done: Called with the number of clips done.
        rules: Which frames and columns count.

    Raises:
        DataError: If a file cannot be read, or its frames break a rule.
    """
    tasks = list(enumerate(_batches(list(places.values()))))

    def n_done(n_batches: int) -> None:
        done(min(n_batches * _BATCH, len(places)))

    with nullcontext() if jobs == 1 else row_file() as file:  # in this process, rows stay in memory
        read_batch = partial(_read_batch, read, aggregate, rules, file)
        batches = spread(read_batch, tasks, jobs=jobs, done=n_done)
        clips = _with_rows(batches, file, len(places))
    return dict(zip(places, clips, strict=True))


def _with_rows(batches: list[Batch], file: RowFile | None, n_clips: int) -> list[ClipFeatures]:
    """The clips of all batches, with their rows in one matrix."""
    matrix = SharedMatrix(n_clips)
    read = [clip for batch in batches for clip in batch.clips]
    if not file and read and whole_matrix([clip.features for clip in read]) is not None:
        return [matrix.with_shared_names(clip) for clip in read]
    if file and (width := max(batch.width for batch in batches)):
        file.read_into(matrix.rows(0, n_clips, width), 0)
    clips: list[ClipFeatures] = []
    for batch in batches:
        first = len(clips)
        if file and batch.width:
            rows = matrix.rows(first, len(batch.clips), batch.width)
            if rows.base is None:  # of another width, which is an error that needs them
                file.read_into(rows, first)
            shared = map(matrix.with_shared_names, batch.clips)
            clips += [replace(clip, features=row) for clip, row in zip(shared, rows, strict=True)]
        else:
            clips += [matrix.moved(first + position, clip) for position, clip in enumerate(batch.clips)]
    return clips


def joined(clips: dict[str, ClipFeatures], aggregate: Aggregate) -> SourceFeatures:
    """The features of N clips as those of one source, without a checksum.

    Returns:
        Features (N, D) in float32 in the order of the clips, with the columns that some clip's file has left out; clips
        with no frame left are not among them.

    Raises:
        DataError: If clips disagree in width, columns, or being frame-level, or no clip has a frame left.
    """
    rows = {clip: row for clip, row in clips.items() if row.features.size}
    empty = tuple(clip for clip in clips if clip not in rows)
    notes = _summed_notes(clips.values())
    _check_some_frame(rows, empty, notes)
    is_static = _check_agreement(rows)
    features = [row.features.ravel() if is_static else _aggregated(row, aggregate).features for row in rows.values()]
    return SourceFeatures(
        list(rows),
        stacked([_in_float32(row) for row in features]),
        is_own=True,
        columns=max((row.columns for row in rows.values()), key=len),
        left_out=tuple(dict.fromkeys(name for row in clips.values() for name in row.left_out)),
        aggregate=STATIC if is_static else aggregate,
        notes=(*notes, *(_note_of_single_rows(rows.values()) if is_static else ())),
        no_frame_left=empty,
    )


def _summed_notes(clips: Iterable[ClipFeatures]) -> tuple[str, ...]:
    """A sentence for each kind of note: how many, in how many clips."""
    amounts: dict[str, list[int]] = {}
    for clip in clips:
        for what, amount in clip.notes.items():
            amounts.setdefault(what, []).append(amount)
    return tuple(
        f"{sum(counts)} {what}, {'one a clip' if max(counts) == 1 else f'in {len(counts)} clips'}"
        for what, counts in amounts.items()
    )


def _note_of_single_rows(rows: Iterable[ClipFeatures]) -> tuple[str, ...]:
    n_single = sum(row.features.ndim == 2 and not row.columns for row in rows)
    return (f"{n_single} arrays [1, D] are read as the one row of their clips",) if n_single else ()


def _check_some_frame(rows: dict[str, ClipFeatures], empty: tuple[str, ...], notes: tuple[str, ...]) -> None:
    if not rows:
        raise DataError(
            f"an encoder must have a frame of at least one clip, got none for {listed(list(empty), 3)}"
            f"{' (' + '; '.join(notes) + ')' if notes else ''}",
            fix="Extract the features again, or leave this encoder out.",
        )


def folder_sha256(files: dict[str, Path], *, jobs: int) -> str:
    """The checksum that `read_folder` gives, without reading the files as features.

    Raises:
        DataError: If a file cannot be read.
    """
    batches = spread(_digest_batch, _batches(list(files.values())), jobs=jobs)
    return combined_sha256(files, [digest for batch in batches for digest in batch])


def combined_sha256(files: dict[str, Path], digests: Sequence[str]) -> str:
    """The checksum of files by name and content, in any order."""
    lines = sorted(f"{path.name}\0{digest}\n" for path, digest in zip(files.values(), digests, strict=True))
    return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()


def _batches(places: list[Place]) -> list[list[Place]]:
    return [places[start : start + _BATCH] for start in range(0, len(places), _BATCH)]


def _digest_batch(paths: list[Path]) -> list[str]:
    return [hashlib.sha256(bytes_of(path)).hexdigest() for path in paths]


def _read_batch(
    read: Callable[[Place], ClipFeatures],
    aggregate: Aggregate,
    rules: FrameRules,
    file: RowFile | None,
    numbered: tuple[int, list[Place]],
) -> Batch:
    number, places = numbered
    clips = [aggregated_at(place, read(place), aggregate, rules) for place in places]
    return file.leave(number * _BATCH, clips) if file else Batch(clips)


def aggregated_at(
    place: object, clip: ClipFeatures, aggregate: Aggregate, rules: FrameRules = NO_RULES
) -> ClipFeatures:
    """A clip's frames that count, aggregated at once unless they are, or may be meant as, one row for the whole clip.

    Raises:
        DataError: If a rule is broken, or they cannot be aggregated so, naming the place.
    """
    may_be_static = _may_be_static(clip)
    try:
        clip = frames_that_count(clip, rules)
        return clip if may_be_static or clip.features.size == 0 else _aggregated(clip, aggregate)
    except DataError as error:
        raise DataError(f"{place}: {error.message}", fix=error.fix) from None


def _may_be_static(clip: ClipFeatures) -> bool:
    """Whether features may be one row for the whole clip: [D], or [1, D], which means either."""
    return clip.aggregate is None and (clip.features.ndim == 1 or len(clip.features) == 1)


def _aggregated(clip: ClipFeatures, aggregate: Aggregate) -> ClipFeatures:
    if clip.aggregate:
        return clip
    return replace(clip, features=_in_float32(AGGREGATIONS[aggregate].apply(clip.features)), aggregate=aggregate)


def _in_float32(features: Floats) -> NDArray[np.float32]:
    """What float32 cannot hold becomes infinite, for the check of finite features to name it."""
    with np.errstate(over="ignore", invalid="ignore"):
        return features.astype(np.float32, copy=False)


def _check_agreement(rows: dict[str, ClipFeatures]) -> bool:
    """Whether the files have one row a clip; files [1, D] count as the kind of the rest."""
    frame_level = [clip for clip, row in rows.items() if row.aggregate]
    static = [clip for clip, row in rows.items() if row.aggregate is None and row.features.ndim == 1]
    if frame_level and static:
        raise DataError(
            f"the files of an encoder must all be [T, D] or all be [D], got [T, D] for {listed(frame_level, 3)} "
            f"and [D] for {listed(static, 3)}",
            fix="Extract the features of all clips in one way.",
        )
    _check_same({clip: str(_width(row)) for clip, row in rows.items()}, "width", len(rows))
    _check_same({clip: ", ".join(row.columns) for clip, row in rows.items() if row.columns}, "columns", len(rows))
    return not frame_level


def _width(clip: ClipFeatures) -> int:
    """The width D of the clip's file."""
    n_statistics = AGGREGATIONS[clip.aggregate].n_statistics if clip.aggregate else 1
    return int(clip.features.shape[-1]) // n_statistics


def _check_same(property_of: dict[str, str], what: str, n_clips: int) -> None:
    counts = Counter(property_of.values()).most_common()
    if len(counts) > 1:
        usual, n_usual = counts[0]
        deviating = [clip for clip, value in property_of.items() if value != usual]
        raise DataError(
            f"the clips of an encoder must have the same {what}, got {property_of[deviating[0]][:200]} for "
            f"{listed(deviating, 3)} and {usual[:200]} for the other {n_usual} of {n_clips}",
            fix="Extract the features of all clips in one way.",
        )
