"""One command in a child of this process, which a fault can end without harm: exit code, output and memory."""

import importlib
import json
import os
import pkgutil
import resource
import signal
import traceback
import warnings
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from typer.testing import CliRunner

import blemore_cli
from blemore_cli.cli.app import app

SECONDS: Final = 10
"""CPU time after which a command counts as one that hangs; waiting is given six times as long."""

MEMORY: Final = 2 << 30
"""Bytes of memory that a command may take, at most."""

EXIT_CODES: Final = {0, 2, 3, 4, 5}


@dataclass(frozen=True)
class Done:
    """What became of a command.

    Attributes:
        code: Its exit code; negative if a signal ended it.
        trace: The traceback of an exception that it let through.
        memory: Bytes that it took at most, the interpreter's own included.
    """

    words: tuple[str, ...]
    code: int
    stdout: str
    stderr: str
    trace: str
    memory: int

    @property
    def fault(self) -> str:
        """What broke a rule that holds for every input; nothing where none was broken."""
        if self.trace:
            return "traceback"
        if self.code in {-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL}:
            return "hang"
        if self.code not in EXIT_CODES:
            return f"exit code {self.code}"
        if self.memory > MEMORY:
            return "memory"
        if self.code and not self.stderr.strip():
            return "silent refusal"
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in self.stdout + self.stderr):
            return "terminal escape"
        return ""

    def check(self) -> "Done":
        """Raises AssertionError unless the command worked."""
        assert self.code == 0, (self.words, self.code, self.stderr, self.trace)
        return self


def run_here(words: Sequence[str], folder: Path) -> Done:
    """Runs a command in a folder, in a fork of this process."""
    reading, writing = os.pipe()
    with warnings.catch_warnings(action="ignore"):  # of threads that are in this process, such as those of pytest-xdist
        child = os.fork()
    if not child:
        os.close(reading)
        _carry_out(words, folder, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    answer = json.loads(content) if content else {"code": code, "stdout": "", "stderr": "", "trace": ""}
    return Done(tuple(words), **answer, memory=usage.ru_maxrss * 1024)


def _carry_out(words: Sequence[str], folder: Path, writing: int) -> None:
    """The child: it never returns."""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(6 * SECONDS)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        answer = _answer(words, folder)
        with os.fdopen(writing, "w") as pipe:
            json.dump(answer, pipe)
    finally:
        os._exit(0)


def _answer(words: Sequence[str], folder: Path) -> dict[str, Any]:
    with chdir(folder), warnings.catch_warnings(action="ignore"):
        done = CliRunner().invoke(app, list(words), env={"NO_COLOR": "1", "COLUMNS": "120"})
    error = done.exception
    is_let_through = error is not None and not isinstance(error, SystemExit)
    trace = "".join(traceback.format_exception(error)) if is_let_through else ""
    return {"code": done.exit_code, "stdout": done.stdout, "stderr": done.stderr, "trace": trace}


def import_everything() -> None:
    """Imports every module of the package, which each command would otherwise do again in its own process."""
    for module in pkgutil.walk_packages(blemore_cli.__path__, "blemore_cli."):
        if module.name != "blemore_cli.__main__":
            importlib.import_module(module.name)
