"""Memory of this process."""

import ctypes
import sys
from contextlib import suppress
from functools import cache
from typing import Any


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
