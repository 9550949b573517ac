"""Progress of long tasks: a running total that `advance` adds to and that the caller of the task receives."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing.context import BaseContext
from typing import Final

PERIOD: Final = 0.1
"""Seconds between two reports of a running total."""


_listener: Final[ContextVar[Callable[[float], None]]] = ContextVar("listener", default=lambda _: None)


def advance(amount: float = 1.0) -> None:
    """Adds to the progress of the task that is running; costs microseconds, and does nothing without a listener."""
    _listener.get()(amount)


def send_progress_to(listener: Callable[[float], None]) -> None:
    """Sends all further progress of this process to a listener."""
    _listener.set(listener)


@contextmanager
def collect_progress(listener: Callable[[float], None]) -> Iterator[None]:
    """Sends the progress of this process to a listener inside a block.

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
    """Adds amounts of progress up, and reports the sum every `PERIOD` seconds at most.

    Args:
        receive: Called with the total.
    """

    def __init__(self, receive: Callable[[float], None]) -> None:
        self._receive, self.amount, self._due = receive, 0.0, 0.0

    def add(self, amount: float) -> None:
        """Adds an amount."""
        self.amount += amount
        if time.monotonic() >= self._due:
            self.report()

    def report(self) -> None:
        """Reports the total now."""
        self._due = time.monotonic() + PERIOD
        self._receive(self.amount)


class SharedTotal:
    """A running total that worker processes add to and their parent reads.

    It travels to a process only as an argument of its start.

    Args:
        context: How the processes are started.
    """

    def __init__(self, context: BaseContext) -> None:
        self._amount = context.Value("d", 0.0)

    def add(self, amount: float) -> None:
        """Adds an amount."""
        with self._amount.get_lock():
            self._amount.get_obj().value += amount

    def read(self) -> float:
        """The sum so far. Needs no lock, which a process killed in the middle of adding would never give back."""
        return float(self._amount.get_obj().value)
