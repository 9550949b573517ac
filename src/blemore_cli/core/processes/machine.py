"""Machine or container within which the number of a process means one process."""

import platform
from pathlib import Path
from typing import Final, NamedTuple

INITIAL_NAMESPACE: Final = "pid:[4026531836]"
"""Linux's PID namespace outside of containers, the same number on every machine (`PROC_PID_INIT_INO`)."""


class Machine(NamedTuple):
    """Where processes have their numbers.

    Attributes:
        host: Name of the machine.
        container: Boot of the machine and PID namespace, inside a container; empty outside of one, so that the locks
            from before a reboot are known, and where the system does not tell.
    """

    host: str
    container: str


def this_machine() -> Machine:
    """The machine or container of this process; containers of one host name are told apart."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return Machine(platform.node(), "")
    return Machine(platform.node(), "" if namespace == INITIAL_NAMESPACE else f"{boot} {namespace}")
