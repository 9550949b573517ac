"""Errors that users meet: the requirement, the actual value, and the next step.

The library raises these and never prints or exits; the command line turns them into a message and an exit code.
"""

from pathlib import Path


class BlemoreError(Exception):
    """Base of every error that a user can cause and mend.

    Args:
        message: The requirement, then the actual value, with the file, row, clip or encoder concerned.
        fix: The next step for the user, as an instruction.
    """

    exit_code = 1

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class UsageError(BlemoreError):
    """A flag, or a combination of flags, that does not make sense."""

    exit_code = 2


class ConfigError(BlemoreError):
    """A configuration file or override that cannot be read or is not valid."""

    exit_code = 3


class DataError(BlemoreError):
    """Metadata, labels or features that break a rule."""

    exit_code = 3


class ArtefactError(BlemoreError):
    """An index, checkpoint or run folder that is missing, damaged, or does not fit the others."""

    exit_code = 4


class EngineError(BlemoreError):
    """A scheduler or workers on other machines that are not there, were lost, or do not fit."""

    exit_code = 4


class LostWorkerError(BlemoreError):
    """A task whose worker process was killed, also when it worked on nothing else, most often for lack of memory."""

    exit_code = 4


class SubmissionError(BlemoreError):
    """Predictions that the challenge would not accept, or would score as something else."""

    exit_code = 5


def unwritable(path: Path, error: OSError) -> ArtefactError:
    """The error of a file or folder that could not be written."""
    return ArtefactError(
        f"{path} must be writable: {error.strerror or error}", fix="Check the path, its permissions and the free space."
    )


def unreadable(path: Path, error: OSError, fix: str) -> ArtefactError:
    """The error of a file that could not be read."""
    return ArtefactError(f"{path} must be readable: {error.strerror or error}", fix=fix)


def listed(items: list[str], limit: int = 5) -> str:
    """Names the first items of a list and counts the rest.

    Examples:
        >>> listed(["a", "b", "c"], limit=2)
        'a, b and 1 more'
    """
    shown = ", ".join(items[:limit])
    return shown if len(items) <= limit else f"{shown} and {len(items) - limit} more"
