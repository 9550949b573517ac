"""Global heap of HDF5, which holds text of variable length: checked, since the library walks a damaged one forever."""

import mmap
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from blemore_cli.core.processes.memory import give_back

_SIGNATURE: Final = b"GCOL\x01\0\0\0"
_HEAP: Final = re.compile(re.escape(_SIGNATURE))
_WINDOW: Final = 2**26
"""Bytes that are looked through before their memory is given back."""

_N_HEADER: Final = 16
"""Bytes of the header of a heap, and of that of each object in it."""


def check_text_heap(file: Path | bytes) -> None:
    """Refuses a file in whose heap the free space has no size.

    Raises:
        ValueError: If it is such a file.
        OSError: If it cannot be read.
    """
    if isinstance(file, bytes):
        is_endless = _has_endless_heap(file)
    else:
        state = file.stat()
        is_endless = _is_endless(file, state.st_size, state.st_mtime_ns)
    if is_endless:
        raise ValueError("the heap of its text is damaged")


@lru_cache(maxsize=64)
def _is_endless(path: Path, size: int, mtime_ns: int) -> bool:  # noqa: ARG001 (another time is another file)
    if not size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return _has_endless_heap(content)


def _has_endless_heap(content: bytes | mmap.mmap) -> bool:
    for first in range(0, len(content), _WINDOW):
        heaps = _HEAP.finditer(content, first, first + _WINDOW + len(_SIGNATURE) - 1)
        if any(_never_ends(content, heap.start()) for heap in heaps):
            return True
        if isinstance(content, mmap.mmap):
            give_back(content)
    return False


def _never_ends(content: bytes | mmap.mmap, start: int) -> bool:
    """Whether the objects of a heap end with free space that is smaller than its own header."""
    end = min(start + _number(content, start + 8, 8), len(content))
    place = start + _N_HEADER
    while place + _N_HEADER <= end:
        length = _number(content, place + 8, 8)
        if not _number(content, place, 2):
            return length < _N_HEADER
        place += _N_HEADER + (length + 7) // 8 * 8
    return False


def _number(content: bytes | mmap.mmap, start: int, n_bytes: int) -> int:
    return int.from_bytes(content[start : start + n_bytes], "little")
