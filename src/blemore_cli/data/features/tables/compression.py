"""Compressed text files (gzip, bzip2, xz, and zip archives of one file), decompressed up to a limit."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final, Protocol

from blemore_cli.core.errors import DataError, listed


class Readable(Protocol):
    """A file of which bytes can be read."""

    def read(self, size: int, /) -> bytes:
        """Reads up to some number of bytes."""
        ...


COMPRESSIONS: Final = (".gz", ".bz2", ".xz", ".zip")
"""Second ends of the names of compressed files."""

_ZIP: Final = b"PK\x03\x04"

MAX_BYTES: Final = 2 << 30
USUAL_BYTES: Final = 256 << 20
MOST_COMPRESSION: Final = 100
"""Limits for decompressed files: more than all, or much more than the file and more than usual, is taken for a trap."""

_OPENERS: Final = MappingProxyType[bytes, Callable[[IO[bytes]], Readable]](
    {
        b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
        b"BZh": lambda file: bz2.BZ2File(file),
        b"\xfd7zXZ\0": lambda file: lzma.LZMAFile(file),  # noqa: SIM115
    }
)


def text_suffixes(*suffixes: str) -> tuple[str, ...]:
    """The suffixes of text files, plain and compressed.

    Examples:
        >>> text_suffixes(".csv")
        ('.csv', '.csv.gz', '.csv.bz2', '.csv.xz', '.csv.zip')
    """
    return tuple(suffix + compression for suffix in suffixes for compression in ("", *COMPRESSIONS))


def decompressed(content: bytes, path: Path) -> bytes:
    """The content of a file that is compressed (of a zip archive if its name says so); any other file's as it is.

    Raises:
        DataError: If there is too much of it, or the archive does not hold one file.
        OSError, EOFError, ValueError: If it is damaged.
    """
    file = io.BytesIO(content)
    opened = _opened(file, path)
    if opened is file:
        return content
    limit = min(MAX_BYTES, max(USUAL_BYTES, MOST_COMPRESSION * len(content)))
    text = opened.read(limit + 1)
    if len(text) > limit:
        raise DataError(f"{path} must hold at most {limit >> 20:,} MiB of text, got more", fix="Check the file.")
    return text


def head(path: Path, n_bytes: int) -> bytes:
    """The first bytes of the content of a file, as `decompressed` gives it.

    Raises:
        OSError, EOFError, ValueError: If it cannot be read.
    """
    with path.open("rb") as file:
        return _opened(file, path).read(n_bytes)


def _opened(file: IO[bytes], path: Path) -> Readable:
    """The file to read the content from: the same one where it is not compressed."""
    start = file.read(max(map(len, _OPENERS)))
    file.seek(0)
    if start.startswith(_ZIP):
        return _only_member(file) if path.name.lower().endswith(".zip") else file
    return next((opener(file) for magic, opener in _OPENERS.items() if start.startswith(magic)), file)


def _only_member(file: IO[bytes]) -> Readable:
    archive = zipfile.ZipFile(file)
    names = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX/")]
    if len(names) != 1:
        raise ValueError(f"the archive must hold one file, got {listed(names) or 'nothing'}")
    return archive.open(names[0])
