"""Kills of a command in a fork of this process, which saves importing torch."""

import contextlib
import os
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blemore_cli.cli.app import app


def kill_at_rename(project: Path, words: Sequence[str], number: int, *, is_done: bool) -> bool:
    """Runs a command that is killed at its rename number `number`, before it or when it is done.

    Returns:
        Whether it was killed: False where the command ended before.
    """
    return _was_killed(forked(project, words, prepare=lambda: _count_renames(number, is_done=is_done)))


def kill_after(project: Path, words: Sequence[str], seconds: float) -> bool:
    """Runs a command that is killed after a time; returns whether it was."""
    pid = forked(project, words)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return _was_killed(pid)


def _was_killed(pid: int) -> bool:
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it printed."""

    code: int
    text: str


def ended(pid: int, output: Path) -> Ended:
    """Waits for a command to end."""
    return Ended(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output.read_text())


def forked(
    project: Path,
    words: Sequence[str],
    *,
    output: Path = Path(os.devnull),
    prepare: Callable[[], None] = lambda: None,
) -> int:
    """Starts a command in a fork of this process; gives its number."""
    pid = os.fork()
    if pid == 0:
        code = 99
        with contextlib.suppress(BaseException):
            code = _run(project, words, output, prepare)
        os._exit(code)
    return pid


def _run(project: Path, words: Sequence[str], output: Path, prepare: Callable[[], None]) -> int:
    with output.open("w") as stream, contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        os.chdir(project)
        prepare()
        try:
            app([*words, "--quiet"])
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else 98
        except BaseException:
            traceback.print_exc()
            return 97
    return 0


def _count_renames(number: int, *, is_done: bool) -> None:
    """Kills this process at a rename, of which `Path` and this library have no others than these two functions."""
    count = 0

    def counted(rename: Callable[..., Any]) -> Callable[..., Any]:
        def renamed(*names: Any, **options: Any) -> None:
            nonlocal count
            count += 1
            if is_done:
                rename(*names, **options)
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            if not is_done:
                rename(*names, **options)

        return renamed

    os.replace, os.rename = counted(os.replace), counted(os.rename)
