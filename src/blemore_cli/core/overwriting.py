"""Guard of output files: nothing that the project reads, and no file of another kind, is written over."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import UsageError

FIX: Final = "Name another --out."


@dataclass(frozen=True)
class ProjectInputs:
    """Files and folders that a project reads.

    Attributes:
        root: Folder of the project.
        files: Each file by what it is, such as `training metadata`.
        folders: Folders of features; one that holds the project itself protects nothing in it by its place.
    """

    root: Path
    files: Mapping[str, Path]
    folders: tuple[Path, ...] = ()

    def with_file(self, meaning: str, path: Path | None) -> "ProjectInputs":
        """The same inputs, and one file more where it is given."""
        return replace(self, files={**self.files, meaning: path}) if path else self

    def without(self, meaning: str) -> "ProjectInputs":
        """The same inputs but for the file that a command is there to replace."""
        return replace(self, files={name: path for name, path in self.files.items() if name != meaning})


def check_output(out: Path, inputs: ProjectInputs, *, kind: str, why_not: Callable[[Path], str]) -> None:
    """Refuses a file to write, before any work, if something else would be lost by it.

    A path is the same as another through links, hard links and other spellings too. A file that is there may be
    replaced if it is empty or of the kind that the command writes.

    Args:
        out: The file to write.
        inputs: What the project reads.
        kind: What the command writes, such as `a submission`.
        why_not: What a file that is there is instead of that kind; empty where it is of the kind.

    Raises:
        UsageError: If the project reads the file, it is of another kind or a folder, or it could not be written.
    """
    check_not_read(out, inputs)
    check_writable_place(out)
    if out.exists() and not out.is_file():
        state = "a folder" if out.is_dir() else "a device or pipe"
        raise UsageError(f"{out} must be a file to write {kind} to, got {state}", fix=FIX)
    if out.exists() and out.stat().st_size and (instead := why_not(out)):
        fix = f"{FIX[:-1]}, or move the file."
        raise UsageError(f"{out} must be {kind} to be replaced by one, got {instead}", fix=fix)


def check_not_read(out: Path, inputs: ProjectInputs) -> None:
    """Refuses a path that the project reads.

    Raises:
        UsageError: Naming what the project reads there.
    """
    for meaning, path in inputs.files.items():
        if is_same(out, path):
            raise UsageError(f"{out} is the {meaning} of the project and is not overwritten", fix=FIX)
    for folder in inputs.folders:
        if is_within(out, folder) and not is_within(inputs.root, folder):
            raise UsageError(f"{out} is among the project's features in {folder} and is not written", fix=FIX)


def check_writable_place(out: Path) -> None:
    """Refuses a path below something that is no folder, or in one that does not take files.

    Raises:
        UsageError: Naming that place.
    """
    place = next(parent for parent in out.absolute().parents if os.path.lexists(parent))
    if not place.is_dir():
        raise UsageError(f"{out} must be in a folder, and {place} is none", fix=FIX)
    if not os.access(place, os.W_OK | os.X_OK):
        raise UsageError(f"{out} must be in a folder to write to, and {place} does not allow it", fix=FIX)


def is_same(a: Path, b: Path) -> bool:
    """Whether two paths lead to one file, or would if it were there."""
    if a.exists() and b.exists():
        return a.samefile(b)
    return Path(os.path.realpath(a)) == Path(os.path.realpath(b))


def is_within(path: Path, folder: Path) -> bool:
    """Whether a path is a folder, or in it, whatever links lead there."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
