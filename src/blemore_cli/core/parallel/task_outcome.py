"""Outcome of a task: its result, or how it failed, in a form that travels between processes."""

import copy
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from blemore_cli.core.errors import BlemoreError

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Failed:
    """The outcome of a task that raised.

    Attributes:
        error: What it raised.
        message: The error in one line; with its type, unless it is one that users can mend.
        trace: The traceback as text, from the process where it happened.
    """

    error: Exception
    message: str
    trace: str

    def raise_again(self) -> NoReturn:
        """Raises the error; one from another process carries its traceback as a note."""
        if self.error.__traceback__ is None:
            self.error.add_note(f"in a worker process:\n{self.trace}")
        raise self.error


def failure(error: Exception) -> Failed:
    """Records an error that was caught.

    Examples:
        >>> failure(KeyError("joy")).message
        "KeyError: 'joy'"
    """
    trace = "".join(traceback.format_exception(error))
    return Failed(error, error.message if isinstance(error, BlemoreError) else _with_type(error), trace)


def attempt(work: Callable[[Task], Result], task: Task) -> Result | Failed:
    """Carries out a task in the process that gave it."""
    try:
        return work(task)
    except Exception as error:
        return failure(error)


def attempt_for_parent(work: Callable[[Task], Result], task: Task) -> Result | Failed:
    """Carries out a task of another process; an error that cannot be sent becomes a `RuntimeError` with its words."""
    outcome = attempt(work, task)
    if isinstance(outcome, Failed) and not _can_travel(outcome.error):
        return Failed(RuntimeError(outcome.message), outcome.message, outcome.trace)
    return outcome


def _can_travel(error: Exception) -> bool:
    """Whether a copy can be made of it, for which Python does the same as for sending it."""
    try:
        copy.deepcopy(error)
    except Exception:
        return False
    return True


def _with_type(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
