"""Files: atomic writing, so that a reader sees the old one or the new one; checked reading; checksums."""

import hashlib
import json
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from blemore_cli.core.errors import BlemoreError, unwritable
from blemore_cli.core.processes.machine import this_machine
from blemore_cli.core.processes.process import is_gone, start_of

MAX_TEXT_BYTES: Final = 64 << 20
"""Bytes of a file of text that is read as a whole: more is another file."""

TEMPORARY: Final = ".tmp-"
"""Start of the names of files and folders that take the place of others once they are whole."""
_WRITER: Final = re.compile(
    rf"{re.escape(TEMPORARY)}(?P<name>.*)\.(?P<pid>\d+)-(?P<started>\d*)-(?P<host>[0-9a-f]{{8}})\.[^.]*(\.[^.]*)?"
)
"""Name of such a file or folder: what it becomes, and the process that writes it."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside `path` that replaces it on success and vanishes on any failure.

    Raises:
        ArtefactError: If the folder or the file cannot be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(path.parent.resolve())
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path), suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        temporary.chmod(0o644)
        yield temporary
        flush_to_disk(temporary)
        temporary.replace(path)
        flush_to_disk(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yields a temporary folder beside `path` that takes its place on success and vanishes on any failure.

    Raises:
        ArtefactError: If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(path.parent.resolve())
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=_prefix(path), ignore_cleanup_errors=True) as name:
            temporary, old = Path(name) / "new", Path(name) / "old"
            temporary.mkdir()
            yield temporary
            for file in temporary.rglob("*"):
                flush_to_disk(file)
            if path.exists():
                path.rename(old)
            try:
                temporary.rename(path)
            except OSError:
                if old.exists():
                    old.rename(path)
                raise
        flush_to_disk(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error


@cache
def remove_abandoned(folder: Path) -> None:
    """Removes what killed processes of this machine or container left half-written in a folder; once in a process."""
    for left in folder.glob(f"{TEMPORARY}*"):
        writer = _WRITER.fullmatch(left.name)
        if writer and writer["host"] == _this_host() and is_gone(int(writer["pid"]), writer["started"]):
            _remove(left, folder / writer["name"])


def _remove(left: Path, path: Path) -> None:
    """Removes what should have taken the place of `path`; a folder that had made room for it comes back."""
    with suppress(OSError):
        if not left.is_dir():
            left.unlink()
            return
        if (left / "old").exists() and not path.exists():
            (left / "old").rename(path)
        shutil.rmtree(left)


def _prefix(path: Path) -> str:
    return f"{TEMPORARY}{path.name}.{os.getpid()}-{start_of(os.getpid())}-{_this_host()}."


@cache
def _this_host() -> str:
    return f"{zlib.crc32(''.join(this_machine()).encode()):08x}"


def flush_to_disk(path: Path) -> None:
    """Waits until a file, or the names in a folder where the system can, are on disk."""
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Writes UTF-8 text atomically."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, content: Any) -> None:
    """Writes JSON atomically, indented, refusing NaN."""
    write_text(path, json.dumps(content, indent=2, allow_nan=False) + "\n")


def read_bytes(
    path: Path, kind: str, error_type: type[BlemoreError], *, fix: str = "Check the path.", limit: int = -1
) -> bytes:
    """Reads a file.

    Args:
        path: The file.
        kind: What it should be, for the message, for example `CSV file`.
        error_type: The error to raise.
        fix: The next step for the user if it cannot be read.
        limit: Bytes to read at most; all where negative.

    Raises:
        BlemoreError: Of the given type, if the file is missing or unreadable.
    """
    try:
        with path.open("rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        raise error_type(f"{path} must be a {kind}, but it does not exist", fix=fix) from None
    except (OSError, ValueError) as error:  # a ValueError where the path holds a NUL
        reason = getattr(error, "strerror", None) or str(error)
        raise error_type(f"{path} must be a readable {kind}: {reason}", fix=fix) from error


def read_text(path: Path, kind: str, error_type: type[BlemoreError], *, fix: str = "Check the path.") -> str:
    """Reads UTF-8 text, with or without a byte-order mark; the arguments are those of `read_bytes`.

    Raises:
        BlemoreError: Of the given type, if the file is missing, unreadable, too long or not UTF-8.
    """
    content = read_bytes(path, kind, error_type, fix=fix, limit=MAX_TEXT_BYTES + 1)
    if len(content) > MAX_TEXT_BYTES:
        raise error_type(
            f"{path}: a {kind} must be at most {MAX_TEXT_BYTES >> 20} MiB, got more", fix="Check the file."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise error_type(
            f"{path}, line {line}: a {kind} must be UTF-8 text, got the byte 0x{error.object[error.start]:02x}",
            fix=f"Check that this is the {kind}, and save it as UTF-8.",
        ) from None


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
