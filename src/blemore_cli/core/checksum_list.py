"""Checksum list of a folder's files, in the format that `sha256sum --check` reads."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import ArtefactError, unreadable
from blemore_cli.core.files import read_text, sha256_of, write_text

_LINE: Final = re.compile(r"([0-9a-f]{64})  (\S[^\0]*)|# ([^:]+): (\S+)")


def write_checksums(path: Path, names: Iterable[str], facts: Mapping[str, str] | None = None) -> None:
    """Writes the checksums of files by their names, which are relative to the folder of the list.

    Facts are single words by their names, and stand before them in lines of comment.
    """
    comments = (f"# {name}: {fact}\n" for name, fact in (facts or {}).items())
    lines = (f"{sha256_of(path.parent / name)}  {name}\n" for name in sorted(names))
    write_text(path, "".join((*comments, *lines)))


def read_facts(path: Path) -> dict[str, str]:
    """The facts of a list by their names.

    Raises:
        ArtefactError: If the list is damaged.
    """
    return {match[3]: match[4] for match in _matches(path) if match[3]}


def read_checksums(path: Path) -> dict[str, str]:
    """The checksum of each file by its name; nothing without the list, or where it is empty.

    Raises:
        ArtefactError: If the list is damaged.
    """
    return {match[2]: match[1] for match in _matches(path) if match[2]}


def _matches(path: Path) -> list[re.Match[str]]:
    """The lines of a list; none where it is not there."""
    matches = []
    text = read_text(path, "checksum list", ArtefactError) if path.is_file() else ""
    for number, line in enumerate(text.splitlines(), 1):
        if (match := _LINE.fullmatch(line)) is None:
            raise ArtefactError(
                f"{path}, line {number}: a checksum list must have a sha256 and a name in every line",
                fix="Restore it, or empty it to go on unchecked.",
            )
        matches.append(match)
    return matches


def check_listed(path: Path, name: str, *, fix: str) -> None:
    """Checks a file against the list, where the list is there and has it.

    Args:
        path: The list.
        name: Name of the file, relative to the folder of the list.
        fix: The next step for the user if the file is another one.

    Raises:
        ArtefactError: If the file's bytes are others than those that were listed, or cannot be read.
    """
    file, listed = path.parent / name, read_checksums(path).get(name)
    if listed is None:
        return
    try:
        actual = sha256_of(file)
    except OSError as error:
        raise unreadable(file, error, fix) from error
    if actual != listed:
        raise ArtefactError(
            f"{file} is damaged: its sha256 in {path} is {listed[:12]}..., got {actual[:12]}...", fix=fix
        )


def changed_files(path: Path) -> list[str]:
    """Names of the listed files that are missing, or of other bytes than those that were listed."""
    return [name for name, sha256 in read_checksums(path).items() if not _is(path.parent / name, sha256)]


def _is(file: Path, sha256: str) -> bool:
    return file.is_file() and sha256_of(file) == sha256
