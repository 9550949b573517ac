"""Lock files that name their holder: the process, its machine or container, and when it started."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from blemore_cli.core.errors import ArtefactError, unwritable
from blemore_cli.core.processes.machine import Machine, this_machine
from blemore_cli.core.processes.process import is_gone, start_of

PATIENCE: Final = 1.0
"""Seconds that a lock file may be empty, between its creation and the name of its holder."""


class Holder(BaseModel):
    """Content of a lock file: the process that holds it.

    Attributes:
        pid: Its number.
        host: Name of its machine.
        started: When it started, as the system counts: another process that has its number later started at another
            time. Empty where the system does not tell.
        container: Its container; empty outside of one (`Machine`).
    """

    model_config = ConfigDict(frozen=True, strict=True)

    pid: int = Field(gt=0, lt=2**31)
    host: str
    started: str
    container: str = ""

    @property
    def is_of_this_machine(self) -> bool:
        """Whether its number means the same process here."""
        return Machine(self.host, self.container) == this_machine()

    @property
    def is_gone(self) -> bool:
        """Whether it is known to have ended; a process of another machine or container never is."""
        return self.is_of_this_machine and is_gone(self.pid, self.started)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock file inside the block, and removes it at the end; this process may take it again in between.

    The lock of a process that has ended, however it went, is taken over, if it was one of this machine and container.

    Args:
        path: The lock file, in a folder that is there.

    Raises:
        ArtefactError: If another process holds the lock, or it cannot be written.
    """
    this = Holder(pid=os.getpid(), started=start_of(os.getpid()), **this_machine()._asdict())
    if path.is_file() and _holder(path) == this:
        yield
        return
    _take(path, this)
    try:
        yield
    finally:
        if _holder(path) == this:
            path.unlink(missing_ok=True)


def is_held_here(path: Path) -> bool:
    """Whether a process of this machine holds a lock file, and lives."""
    try:
        holder = _holder(path)
    except ArtefactError:
        return False
    return holder is not None and holder.is_of_this_machine and not holder.is_gone


def _take(path: Path, this: Holder) -> None:
    """Creates the lock file; one whose holder is gone is removed, under a lock for the locks of that holder.

    Without it, of two processes that see the same lock of a dead one, the slower could remove the lock of the quicker.
    """
    while not _is_created(path, this):
        holder = _holder(path)
        if holder is None:  # released in this moment
            continue
        if not holder.is_gone:
            raise _in_use(path, holder)
        with locked(path.with_name(f".{path.name}-{holder.pid}-{holder.started}")):
            if _holder(path) == holder:
                path.unlink()


def _is_created(path: Path, holder: Holder) -> bool:
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        return False
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        with file:
            file.write(holder.model_dump_json() + "\n")
    except OSError as error:
        path.unlink(missing_ok=True)
        raise unwritable(path, error) from error
    return True


def _holder(path: Path) -> Holder | None:
    """The holder of a lock file; None where there is no such file.

    Raises:
        ArtefactError: If the file does not name one.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return Holder.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except (ValidationError, OSError) as error:
            if time.monotonic() > deadline:
                raise ArtefactError(
                    f"{path} must name the process that is at work on {path.parent}, and is damaged",
                    fix=f"If no command is at work there, delete {path} and try again.",
                ) from error
        time.sleep(PATIENCE / 20)


def _in_use(path: Path, holder: Holder) -> ArtefactError:
    fix = f"Wait until it ends. If it is gone, delete {path} and try again."
    if holder.is_of_this_machine:
        where, fix = "this machine", "Wait until it ends, or end it; nothing was changed here."
    elif holder.host == this_machine().host:
        where = f"another container or machine of the name {holder.host}"
    else:
        where = holder.host
    return ArtefactError(
        f"one command at a time works on {path.parent}, and process {holder.pid} of {where} is at it", fix=fix
    )
