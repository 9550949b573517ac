"""Kills of a command in a fork of this process, which saves importing torch."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from blemore_cli.cli.app import app


def kill_at_rename(project: Path, words: Sequence[str], number: int, *, is_done: bool) -> bool:
    """Runs a command that is killed at its rename number `number`, before it or when it is done.

    Returns:
        Whether it was killed: False where the command ended before.
    """
    return _was_killed(_forked(project, words, lambda: _count_renames(number, is_done=is_done)))


def kill_after(project: Path, words: Sequence[str], seconds: float) -> bool:
    """Runs a command that is killed after a time; returns whether it was."""
    pid = _forked(project, words, lambda: None)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return _was_killed(pid)


def _was_killed(pid: int) -> bool:
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _forked(project: Path, words: Sequence[str], prepare: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.chdir(project)
        prepare()
        with contextlib.suppress(BaseException):
            app([*words, "--quiet"])
        os._exit(0)
    return pid


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
