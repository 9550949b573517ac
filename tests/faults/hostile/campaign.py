"""Seeded campaign of damaged inputs: each case is a file, a damage and a command, and its verdict."""

import hashlib
import os
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import h5py
import numpy as np
from tests.faults.hostile.bad_contents import BAD_CONTENTS, PWNED
from tests.faults.hostile.command import Done, run_here
from tests.faults.hostile.files import COMMANDS, FILES, Guard, ReadFile, files_of
from tests.faults.hostile.mutations import MUTATIONS, mutations_for

UNSTEADY: Final = re.compile(r'"(seconds|finished|started|elapsed)": [\d.e-]+|[0-9a-f]{64}|sha256 [0-9a-f]{7,64}')

STEP: Final = 37
"""Between the places of neighbouring cases, so that a few cases are of many kinds of files."""


@dataclass(frozen=True)
class Case:
    """One damaged file and one command.

    Attributes:
        seed: Number of the case, from which the damage follows.
    """

    file: Path
    damage: str
    seed: int
    command: str
    guard: Guard

    def content(self, clean: bytes) -> bytes:
        """The damaged bytes."""
        if self.damage in BAD_CONTENTS:
            return BAD_CONTENTS[self.damage](clean)
        return MUTATIONS[self.damage](clean, random.Random(self.seed))  # noqa: S311


@dataclass(frozen=True)
class Verdict:
    """What a case led to: `refused`, `same`, `noted`, `another` result, or a fault in words."""

    case: Case
    kind: str
    done: Done


@dataclass
class Campaign:
    """A project, and what its commands give where nothing is damaged.

    Args:
        project: The undamaged project.
        scratch: Folder that is made anew for each case.
    """

    project: Path
    scratch: Path
    _clean: dict[str, str] = field(default_factory=dict)

    def judge(self, case: Case) -> Verdict:
        """Damages the file and runs the command."""
        clean, expected = (self.project / case.file).read_bytes(), self.clean(case.command)
        content = case.content(clean)
        done, result = self._result(case.command, case.file, content)
        if done.fault or (self.scratch / PWNED).exists():
            return Verdict(case, done.fault or "executed", done)
        if done.code:
            return Verdict(case, "refused", done)
        if content == clean or result == expected:
            return Verdict(case, "same", done)
        is_noted = _is_named(case.file, done.stderr) or self._has_caveat()
        return Verdict(case, "noted" if is_noted else "another", done)

    def _has_caveat(self) -> bool:
        """Whether the page of a report says that the index is no longer that of the run."""
        page = self.scratch / "new.html"
        return page.is_file() and "The index has changed since training" in page.read_text(encoding="utf-8")

    def clean(self, command: str) -> str:
        """The result of a command on the undamaged project."""
        if command not in self._clean:
            done, self._clean[command] = self._result(command)
            assert not done.code, (done.stderr, done.trace)
        return self._clean[command]

    def _result(self, command: str, file: Path | None = None, content: bytes = b"") -> tuple[Done, str]:
        shutil.rmtree(self.scratch, ignore_errors=True)
        shutil.copytree(self.project, self.scratch, copy_function=_linked)
        if file is not None:
            _damage(self.scratch / file, content)
        words, outputs = COMMANDS[command]
        done = run_here(words, self.scratch)
        return done, digest([self.scratch / name for name in outputs], done.stdout)


def _is_named(file: Path, notes: str) -> bool:
    """Whether a note names the file, its folder, or the encoder that it holds."""
    names = {file.name, file.name.split(".")[0], file.parent.name, file.name.removesuffix("_static_features.npz")}
    return any(name and name in line for line in notes.splitlines() for name in names)


def _linked(source: str, target: str) -> None:
    """A second name of a file, which is quicker than a copy; what commands write to in place is copied."""
    if source.endswith((".clips.csv", ".npy")):
        shutil.copy2(source, target)
    else:
        os.link(source, target)


def _damage(path: Path, content: bytes) -> None:
    """Replaces the content; a disk that damages a file of a run does not change its time."""
    before = path.stat()
    path.unlink()
    path.write_bytes(content)
    if "runs" in path.parts:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def digest(outputs: Sequence[Path], stdout: str) -> str:
    """A checksum of the figures that a command gives: without times, and without checksums of whole files."""
    hashes = hashlib.sha256(UNSTEADY.sub("", stdout).encode())
    files = [file for path in outputs for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    for file in files:
        hashes.update(os.fsencode(file.name))
        if file.suffix == ".h5" and file.is_file():
            with h5py.File(file) as content:
                content.visititems(lambda _, part: hashes.update(_values(part)))
        elif file.is_file():
            hashes.update(UNSTEADY.sub("", file.read_bytes().decode("latin-1")).encode())
    return hashes.hexdigest()


def _values(part: h5py.Dataset | h5py.Group) -> bytes:
    if not isinstance(part, h5py.Dataset):
        return b""
    values = np.asarray(part[()])
    content: bytes = repr(values.tolist()).encode() if values.dtype.kind == "O" else values.tobytes()
    return content


def mutated(project: Path, n: int, seed: int, leave_out: Sequence[str] = ()) -> Iterator[Case]:
    """Cases of damage, spread evenly over the files of each meaning and their commands."""
    places = _places(project, leave_out)
    for number in range(n):
        case_seed = seed * 1_000_000 + number
        chance = random.Random(case_seed)  # noqa: S311
        read, command = places[(number * STEP) % len(places)]
        file = chance.choice(files_of(project, read))
        damage = chance.choice(mutations_for((project / file).read_bytes()))
        yield Case(file, damage, case_seed, command, read.guard)


def replaced(project: Path, leave_out: Sequence[str] = ()) -> Iterator[Case]:
    """Every bad content in the place of a file of every meaning, for each of its commands in turn."""
    for place, read in enumerate(FILES):
        commands = [command for command in read.commands if command not in leave_out]
        files = files_of(project, read)
        for number, name in enumerate(BAD_CONTENTS):
            if commands and files:
                command = commands[(place + number) % len(commands)]
                yield Case(files[number % len(files)], name, 0, command, read.guard)


def _places(project: Path, leave_out: Sequence[str]) -> list[tuple[ReadFile, str]]:
    return [
        (read, command)
        for read in FILES
        for command in read.commands
        if command not in leave_out and files_of(project, read)
    ]
