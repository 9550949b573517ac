"""Memory of this process that goes back to the system: of mapped files, and of the heap."""

import ctypes
import mmap
import sys
from contextlib import suppress
from functools import cache
from typing import Any


def give_back(mapping: mmap.mmap) -> None:
    """Gives the memory of a file mapped for reading back to the system; what is used again is read again.

    What was read of a large file otherwise stays resident in the process, where no other needs the memory.
    """
    if hasattr(mmap, "MADV_DONTNEED"):  # other systems than Unix lack it
        mapping.madvise(mmap.MADV_DONTNEED)


def trim_heap() -> None:
    """Gives memory that was freed back to the system; nothing where the C library is not that of GNU.

    Between large arrays of many sizes the heap keeps as much free memory as it has in use.
    """
    library = _c_library()
    if library is not None:
        library.malloc_trim(0)


@cache
def _c_library() -> Any:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            library = ctypes.CDLL("libc.so.6")
            library.malloc_trim.argtypes = [ctypes.c_size_t]
            return library
    return None
