"""Cache of arrays on disk by what determines them, memory-mapped by all processes; it may be deleted at any time."""

import hashlib
import mmap
import os
import time
import weakref
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from blemore_cli import __version__
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import TEMPORARY, replacing
from blemore_cli.core.processes.lock import is_held_here, locked
from blemore_cli.core.processes.memory import give_back

VERSION: Final = 2
"""Part of every key; whoever changes how an array is made raises it."""

PATIENCE: Final = 300.0
"""Seconds to wait for a process of this machine that makes the same array, before making it here as well."""

PATIENCE_ELSEWHERE: Final = 30.0
"""Age in seconds at which a lock of another machine counts as left there: no array takes as long to make."""

UNUSED: Final = 3600.0
"""Seconds after which what the present index does not need is removed."""

PACKAGES: Final = ("numpy", "scipy", "scikit-learn")
"""Packages whose versions shape the rounding of what is made."""

_CHUNK: Final = 2**22
_FOOTER: Final = 4
"""Bytes after an array: the CRC-32 of all before."""


@dataclass(frozen=True)
class ArrayCache:
    """Arrays by what determines them.

    Attributes:
        folder: Where they are; None keeps nothing.
        group: What the arrays are made of, such as the checksum of an encoder's features; their names have it.
    """

    folder: Path | None = None
    group: str = ""

    def array(self, kind: str, key: tuple[object, ...], make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """The array of a key, made if it is not there, or damaged; of processes that ask at once, one makes it.

        Where the folder cannot be written, the array is made and not kept.

        Args:
            kind: A word, with which the name of the file begins.
            key: What determines the array, all of it.
            make: Makes it.

        Returns:
            The array, read-only where it is mapped. `cached_as` knows the key of it.
        """
        if self.folder is None:
            return make()
        digest = _digest(kind, key)
        path = self._path(self.folder, kind, digest)
        array = _mapped(path)
        if array is None:
            with _turn(path):
                array = _mapped(path)
                if array is None:
                    array = _kept(path, make())
        _entries[id(array)] = (weakref.ref(array), self, digest)
        return array

    def is_being_made(self, kind: str, key: tuple[object, ...]) -> bool:
        """Whether a process is making the array of a key, as far as its lock tells."""
        folder = self.folder
        return folder is not None and _lock(self._path(folder, kind, _digest(kind, key))).exists()

    def keep_only(self, groups: Collection[str]) -> None:
        """Removes what other groups and killed processes left, unless it was used in the last hour.

        A process that has mapped an array keeps it; one that opens it later makes it again.
        """
        for path in self.folder.glob("*") if self.folder else ():
            if path.name.startswith(TEMPORARY) or not any(f"-{group}-" in path.name for group in groups):
                with suppress(OSError):
                    stat = path.stat()
                    if max(stat.st_atime, stat.st_mtime) < time.time() - UNUSED:
                        path.unlink()

    def _path(self, folder: Path, kind: str, digest: str) -> Path:
        return folder / f"{kind}-{self.group}-{digest}.npy"


def linear_algebra() -> tuple[object, ...]:
    """Library, kernel and number of threads of NumPy's linear algebra, which shape the rounding of its products."""
    loaded = _loaded_libraries().info()
    numpy = [library for library in loaded if "numpy" in library["filepath"]] or loaded
    return tuple(library.get(name) for library in numpy[:1] for name in ("version", "architecture", "num_threads"))


@cache
def _loaded_libraries() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


def _digest(kind: str, key: tuple[object, ...]) -> str:
    return hashlib.sha256(repr((VERSION, _versions(), kind, *key)).encode()).hexdigest()[:32]


@cache
def _versions() -> tuple[str, ...]:
    return __version__, *map(metadata.version, PACKAGES)


def _lock(path: Path) -> Path:
    return path.with_suffix(".lock")


_entries: Final[dict[int, tuple[weakref.ref[NDArray[Any]], ArrayCache, str]]] = {}
_open: Final[weakref.WeakValueDictionary[tuple[Path, int, int], NDArray[Any]]] = weakref.WeakValueDictionary()
"""Arrays that are mapped, by path, size and time of modification: each is mapped once."""

_sound: Final[set[tuple[Path, int, int]]] = set()
"""Path, size and time of modification of each file whose checksum this process has compared."""


def cached_as(array: NDArray[Any]) -> tuple[ArrayCache, str]:
    """The cache that an array comes from, with its key; a cache that keeps nothing for any other array, as for a copy.

    What is made of such an array can be kept under a key that begins with this one.
    """
    reference, cache, digest = _entries.get(id(array), (None, ArrayCache(), ""))
    if reference is None or reference() is not array:
        return ArrayCache(), ""
    return cache, digest


def free_pages(array: NDArray[Any]) -> None:
    """Gives the memory of an array from the cache back to the system; where it is used again, it is read again."""
    mapping = getattr(array.base, "base", None)
    if isinstance(mapping, mmap.mmap):
        give_back(mapping)


def _mapped(path: Path) -> NDArray[Any] | None:
    """The array of a file, mapped; None where it is missing, cut off or damaged."""
    try:
        stat = path.stat()
        stamp = path, stat.st_size, stat.st_mtime_ns
        if stamp not in _sound:
            size = stat.st_size - _FOOTER
            with path.open("rb") as file:
                checksum = _checksum(file, size)
                if checksum != int.from_bytes(file.read(), "little"):
                    return None
            _sound.add(stamp)
        array: NDArray[Any] | None = _open.get(stamp)
        if array is None:
            array = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
            _open[stamp] = array
        with suppress(OSError):
            os.utime(path, ns=(time.time_ns(), stat.st_mtime_ns))  # it was used, which many file systems do not note
        return array
    except (OSError, ValueError, EOFError):
        return None


def _kept(path: Path, array: NDArray[Any]) -> NDArray[Any]:
    """Writes an array and maps it; the array itself where it cannot be written."""
    with suppress(ArtefactError), replacing(path) as temporary:
        with temporary.open("wb") as file:
            np.save(file, array, allow_pickle=False)
        with temporary.open("r+b") as file:
            checksum = _checksum(file, temporary.stat().st_size)
            file.write(checksum.to_bytes(_FOOTER, "little"))
    kept = _mapped(path)
    return array if kept is None else kept


def _checksum(file: BinaryIO, size: int) -> int:
    """CRC-32 of the first bytes of a file, which is left after them."""
    checksum = 0
    for start in range(0, size, _CHUNK):
        checksum = zlib.crc32(file.read(min(_CHUNK, size - start)), checksum)
    return checksum


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Holds the lock of a file that is to be made, if it can be had in time; otherwise it is made twice."""
    lock = _lock(path)
    deadline = time.monotonic() + PATIENCE
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        while time.monotonic() < deadline and path.parent.is_dir():
            try:
                held.enter_context(locked(lock))
            except ArtefactError:
                if not lock.exists():  # released in this moment, or the folder cannot be written
                    break
                if _is_left(lock):
                    lock.unlink(missing_ok=True)
                time.sleep(0.02)
            else:
                break
        yield


def _is_left(lock: Path) -> bool:
    """Whether a lock that no process of this machine holds is older than an array takes to make."""
    with suppress(OSError):
        return time.time() - lock.stat().st_mtime > PATIENCE_ELSEWHERE and not is_held_here(lock)
    return False
