"""Execution backend: the engine that carries out the tasks of a run, and what all its workers must have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from blemore_cli.core.choices import EngineName


@dataclass(frozen=True)
class Backend:
    """What a command asks for; it is no part of the configuration, and a run keeps nothing of it but the slots.

    Attributes:
        engine: Name of the engine.
        address: Of its scheduler, such as `tcp://login:8786`, where it has one.
        slots: Processes that the stacks of a new run are planned for; None is as many as the engine has by itself. A
            run that goes on keeps its own.
        note: Receives what is good to know about workers.
    """

    engine: EngineName = "local"
    address: str = ""
    slots: int | None = None
    note: Callable[[str], None] = lambda _: None

    @property
    def is_local(self) -> bool:
        """Whether workers are processes of this machine."""
        return self.engine == "local"


LOCAL = Backend()
"""Processes of this machine."""


@dataclass(frozen=True)
class CommonGround:
    """What workers on other machines must have in common with the command.

    Attributes:
        folder: A folder of the file system, under the same path, that they read and write.
        inspect: Called in a worker before each task; it pickles. It raises a `BlemoreError` where a worker cannot take
            tasks, and returns what must be the same for all workers, as the device.
        known: What that is, where former workers decided it; empty where the first one will.
        settle: Receives it from the first worker.
    """

    folder: Path
    inspect: Callable[[], str]
    known: str = ""
    settle: Callable[[str], None] = lambda _: None
