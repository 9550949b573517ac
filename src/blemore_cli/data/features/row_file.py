"""Temporary file in which worker processes leave rows of clips: sending them through pipes takes twice the time."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.data.features.records import ClipFeatures

_NOTHING: Final = np.zeros(0, dtype=np.float32)
_ITEM: Final = np.dtype(np.float32).itemsize


@dataclass(frozen=True)
class Batch:
    """Consecutive clips that a worker has read.

    Attributes:
        clips: The clips; without features where these are in the file.
        width: Columns of each row in the file; 0 where the clips have their features.
    """

    clips: list[ClipFeatures]
    width: int = 0


@dataclass(frozen=True)
class RowFile:
    """A float32 file (N, D), in the order of N clips, that some processes write and another reads.

    Attributes:
        path: The file.
    """

    path: Path

    def leave(self, first: int, clips: list[ClipFeatures]) -> Batch:
        """Writes the rows of clips, from clip number `first` on; what are no rows of one width stays with the clips."""
        shape = clips[0].features.shape
        if len(shape) != 1 or not shape[0] or any(clip.features.shape != shape for clip in clips):
            return Batch(clips)
        with np.errstate(over="ignore", invalid="ignore"):
            rows = np.array([clip.features for clip in clips], dtype=np.float32)
        try:
            with self.path.open("r+b") as file:
                file.seek(first * shape[0] * _ITEM)
                file.write(rows.data)
        except OSError:  # as of a full disk: the pipe will do
            return Batch(clips)
        return Batch([replace(clip, features=_NOTHING) for clip in clips], shape[0])

    def read_into(self, rows: NDArray[np.float32], first: int) -> None:
        """Fills contiguous rows (K, D) with those that are in the file from clip number `first` on."""
        with self.path.open("rb") as file:
            file.seek(first * rows.shape[1] * _ITEM)
            file.readinto(rows.data)


@contextmanager
def row_file() -> Iterator[RowFile | None]:
    """A new file that vanishes with the block, and with this process, however it ends.

    It has no name but its descriptor's; none where the system gives it none, or its temporary files cannot be written.
    """
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115
    except OSError:
        yield None
        return
    with file:
        path = Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
        yield RowFile(path) if path.exists() else None
