"""Execution backend: the engine that a run is carried out by, which decides how long it takes, not what comes out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Backend:
    """What a command asks for; it is no part of the configuration, and no run keeps it but for the slots.

    Attributes:
        slots: Processes that the stacks of a new run are planned for; None is as many as the engine has by itself. A
            run that goes on keeps its own.
    """

    slots: int | None = None


LOCAL = Backend()
"""Processes of this machine."""
