"""Outcome of a task: its result, or how it failed, in a form that travels between processes."""

import copy
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
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
    message = error.message if isinstance(error, BlemoreError) else f"{type(error).__name__}: {error}"
    return Failed(error, message, "".join(traceback.format_exception(error)))


def attempt(work: Callable[[Task], Result], task: Task) -> Result | Failed:
    """Carries out a task in the process that gave it."""
    try:
        return work(task)
    except Exception as error:
        return failure(error)


def attempt_for_parent(work: Callable[[Task], Result], task: Task) -> Result | Failed:
    """Carries out a task of another process; an error that cannot be sent becomes a `RuntimeError` with its words."""
    outcome = attempt(work, task)
    if isinstance(outcome, Failed):
        try:
            copy.deepcopy(outcome.error)  # for which Python does the same as for sending it
        except Exception:
            return replace(outcome, error=RuntimeError(outcome.message))
    return outcome
