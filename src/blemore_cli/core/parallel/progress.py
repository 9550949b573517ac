"""Progress of long tasks: a running total that `advance` adds to and the caller of the task listens to."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing.context import BaseContext
from typing import Final

PERIOD: Final = 0.1
"""Seconds between two reports of a running total."""


def _ignore(amount: float) -> None:
    """Nobody listens: the task was called by itself."""


_listener: Final[ContextVar[Callable[[float], None]]] = ContextVar("listener", default=_ignore)


def advance(amount: float = 1.0) -> None:
    """Says that a task did this much more of its work; costs microseconds, and nothing happens where nobody listens."""
    _listener.get()(amount)


def send_progress_to(listener: Callable[[float], None]) -> None:
    """Sends all further ticks of this process to a listener."""
    _listener.set(listener)


@contextmanager
def collect_progress(listener: Callable[[float], None]) -> Iterator[None]:
    """Sends the ticks of this process to a listener for a while.

    Examples:
        >>> amounts = []
        >>> with collect_progress(amounts.append):
        ...     advance()
        ...     advance(0.5)
        >>> amounts
        [1.0, 0.5]
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


class RunningTotal:
    """Adds ticks up, and reports the sum every `PERIOD` seconds at most.

    Args:
        report: Called with the total.
    """

    def __init__(self, report: Callable[[float], None]) -> None:
        self._report, self._amount, self._due = report, 0.0, 0.0

    def add(self, amount: float) -> None:
        """Adds a tick."""
        self._amount += amount
        if time.monotonic() >= self._due:
            self.tell()

    def tell(self) -> None:
        """Reports the total now."""
        self._due = time.monotonic() + PERIOD
        self._report(self._amount)


class SharedTotal:
    """A running total that worker processes add to and their parent reads.

    It travels to a process only as an argument of its start.

    Args:
        context: How the processes are started.
    """

    def __init__(self, context: BaseContext) -> None:
        self._amount = context.Value("d", 0.0)

    def add(self, amount: float) -> None:
        """Adds a tick."""
        with self._amount.get_lock():
            self._amount.get_obj().value += amount

    def read(self) -> float:
        """The sum so far. Needs no lock, which a process killed in the middle of a tick would never give back."""
        return float(self._amount.get_obj().value)
