"""A folder with a file for each clip, read in parallel and aggregated clip by clip in constant memory."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import Aggregate
from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.files import sha256_of
from blemore_cli.core.parallel.engines import spread
from blemore_cli.core.types import Floats
from blemore_cli.data.features.aggregate import AGGREGATIONS
from blemore_cli.data.features.clip_file import read_clip_file

STATIC: Final = "static"

_BATCH: Final = 16
_SECONDS_WORTH_PROCESSES: Final = 3.0  # starting them takes about as long
_BYTES_PER_SECOND: Final = {".npy": 3e8, ".pt": 2e8, ".csv": 5e6}

Layout = Literal["static", "frames", "one CSV row"]


@dataclass(frozen=True)
class ClipRow:
    """What remains of one clip's file.

    Attributes:
        values: One row of features.
        layout: [D], [T, D], or a CSV file with one row, which can be meant as either and is not aggregated yet.
        d_frame: Width D of the file.
        sha256: Hexadecimal checksum of the file.
        columns: Column names of a CSV file.
        left_out: Columns of a CSV file that are not features.
    """

    values: Floats
    layout: Layout
    d_frame: int
    sha256: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class FolderFeatures:
    """The features of a folder.

    Attributes:
        features: (N, D) float32, in the order of the files.
        aggregate: How frames became one row; `static` where every file has one row a clip.
        sha256: Hexadecimal checksum of all files.
        columns: Column names of CSV files.
        left_out: Columns that some CSV file has and that are not features.
    """

    features: NDArray[np.float32]
    aggregate: str
    sha256: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]


def read_folder(
    files: dict[str, Path], *, aggregate: Aggregate, jobs: int, done: Callable[[int], None] = lambda _: None
) -> FolderFeatures:
    """Reads and aggregates the files of clips.

    Args:
        files: N files by clip.
        aggregate: How the frames of `[T, D]` files become one row; `[D]` files are taken as they are.
        jobs: Number of processes; 0 is one for each core.
        done: Called with the number of clips done.

    Raises:
        DataError: If a file cannot be read, or files disagree in width, columns, or being frame-level.
    """
    tasks = [(batch, aggregate) for batch in _batches(list(files.values()))]
    batches = spread(
        _read_batch, tasks, jobs=_worthwhile(jobs, files), done=lambda n: done(min(n * _BATCH, len(files)))
    )
    rows = dict(zip(files, (row for batch in batches for row in batch), strict=True))
    is_static = _check_agreement(rows)
    values = [row.values if is_static else _aggregated(row, aggregate) for row in rows.values()]
    return FolderFeatures(
        features=np.stack([_in_float32(row) for row in values]),
        aggregate=STATIC if is_static else aggregate,
        sha256=_combined_sha256(files, [row.sha256 for row in rows.values()]),
        columns=max((row.columns for row in rows.values()), key=len),
        left_out=tuple(dict.fromkeys(name for row in rows.values() for name in row.left_out)),
    )


def folder_sha256(files: dict[str, Path], *, jobs: int) -> str:
    """The checksum that `read_folder` gives, without reading the files as features.

    Raises:
        DataError: If a file cannot be read.
    """
    batches = spread(_digest_batch, _batches(list(files.values())), jobs=_worthwhile(jobs, files))
    return _combined_sha256(files, [digest for batch in batches for digest in batch])


def _combined_sha256(files: dict[str, Path], digests: Sequence[str]) -> str:
    lines = sorted(f"{path.name}\0{digest}\n" for path, digest in zip(files.values(), digests, strict=True))
    return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()


def _batches(paths: list[Path]) -> list[list[Path]]:
    return [paths[start : start + _BATCH] for start in range(0, len(paths), _BATCH)]


def _worthwhile(jobs: int, files: dict[str, Path]) -> int:
    seconds = sum(path.stat().st_size / _BYTES_PER_SECOND[path.suffix.lower()] for path in files.values())
    return jobs if seconds >= _SECONDS_WORTH_PROCESSES else 1


def _digest_batch(paths: list[Path]) -> list[str]:
    try:
        return [sha256_of(path) for path in paths]
    except OSError as error:
        raise DataError(
            f"{error.filename} must be a readable file: {error.strerror}", fix="Check its permissions."
        ) from error


def _read_batch(task: tuple[list[Path], Aggregate]) -> list[ClipRow]:
    paths, aggregate = task
    return [_read_row(path, aggregate) for path in paths]


def _read_row(path: Path, aggregate: Aggregate) -> ClipRow:
    file = read_clip_file(path)
    layout: Layout = "static" if file.values.ndim == 1 else "frames"
    if file.columns and len(file.values) == 1:
        layout = "one CSV row"
    try:
        values = AGGREGATIONS[aggregate].apply(file.values) if layout == "frames" else file.values.reshape(-1)
    except DataError as error:
        raise DataError(f"{path}: {error.message}", fix=error.fix) from None
    narrow = _in_float32(values) if layout == "frames" else values
    return ClipRow(narrow, layout, file.values.shape[-1], file.sha256, file.columns, file.left_out)


def _aggregated(row: ClipRow, aggregate: Aggregate) -> Floats:
    return row.values if row.layout == "frames" else AGGREGATIONS[aggregate].apply(row.values[None])


def _in_float32(values: Floats) -> NDArray[np.float32]:
    """What float32 cannot hold becomes infinite, for the check of finite features to name it."""
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(np.float32)


def _check_agreement(rows: dict[str, ClipRow]) -> bool:
    """Whether the files have one row a clip; CSV files with one row count as what the others are."""
    frame_level = [clip for clip, row in rows.items() if row.layout == "frames"]
    static = [clip for clip, row in rows.items() if row.layout == "static"]
    if frame_level and static:
        raise DataError(
            f"the files of an encoder must all be [T, D] or all be [D], got [T, D] for {listed(frame_level, 3)} "
            f"and [D] for {listed(static, 3)}",
            fix="Extract the features of all clips in one way.",
        )
    _check_same(rows, {clip: str(row.d_frame) for clip, row in rows.items()}, "width")
    _check_same(rows, {clip: ", ".join(row.columns) for clip, row in rows.items() if row.columns}, "columns")
    return not frame_level


def _check_same(rows: dict[str, ClipRow], found: dict[str, str], what: str) -> None:
    counts = Counter(found.values()).most_common()
    if len(counts) > 1:
        usual, others = counts[0][0], [clip for clip, value in found.items() if value != counts[0][0]]
        raise DataError(
            f"the clips of an encoder must have the same {what}, got {found[others[0]][:200]} for "
            f"{listed(others, 3)} and {usual[:200]} for the other {counts[0][1]} of {len(rows)}",
            fix="Extract the features of all clips in one way.",
        )
