"""Signals that interrupt a command: Ctrl-C, and the end of a cluster's job."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

INTERRUPTED: Final = 130
"""Exit code of an interrupted command."""
_SIGNALS: Final = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
"""The signals, with what Python does on them."""


def leave_when_interrupted() -> None:
    """Until a command begins, an interruption ends the process at once, also in the middle of an import.

    A signal that is ignored, as under `nohup`, stays so.
    """
    for number, usual in _SIGNALS.items():
        if signal.getsignal(number) is usual:
            signal.signal(number, _leave)


@contextmanager
def interruptible() -> Iterator[None]:
    """Inside, a signal that `leave_when_interrupted` heeds is a `KeyboardInterrupt`; after it, it changes nothing.

    In the initialisation of an extension module it comes out as another error, and is turned back.
    """
    came = threading.Event()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        came.set()
        raise KeyboardInterrupt

    heeded = [number for number in _SIGNALS if signal.getsignal(number) is _leave]
    for number in heeded:
        signal.signal(number, interrupt)
    try:
        yield
    except BaseException:
        if came.is_set():
            raise KeyboardInterrupt from None
        raise
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_IGN)


@contextmanager
def ended_at_once() -> Iterator[None]:
    """Ends the process of an interrupted command: Python would end with SIGINT where it came inside an `exec`."""
    try:
        yield
    except SystemExit as end:
        if end.code != INTERRUPTED:
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(INTERRUPTED)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(2, b"interrupted; nothing was begun\n")
    os._exit(INTERRUPTED)
