"""File for HDF5 to write, which keeps an error of the system until HDF5 has closed it.

HDF5 ends the process where it cannot write what it still holds when it closes a file, as on a full disk.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class DeferringFile(io.FileIO):
    """A new file whose writing always seems to succeed.

    Attributes:
        error: The first error of the system; what was to be written then, and may be after it, is lost.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "w+b")
        self.error: OSError | None = None

    def write(self, content: Any) -> int:
        """Writes all of some bytes, or keeps the error."""
        rest = memoryview(content).cast("B")
        size = len(rest)
        try:
            while rest:
                rest = rest[super().write(rest) :]
        except OSError as error:
            self.error = self.error or error
        return size

    def truncate(self, size: int | None = None) -> int:
        """Changes the size of the file, or keeps the error."""
        try:
            return super().truncate(size)
        except OSError as error:
            self.error = self.error or error
            return size or 0

    def check(self) -> None:
        """Raises the error that was kept.

        Raises:
            OSError: If something could not be written.
        """
        if self.error:
            raise self.error


@contextmanager
def deferring_errors(path: Path) -> Iterator[DeferringFile]:
    """A new file for HDF5 to write; the error that was kept is raised at the end, in place of any that follows from it.

    Raises:
        OSError: If something could not be written.
    """
    with DeferringFile(path) as file:
        try:
            yield file
        finally:
            file.check()
