"""Processes of this machine by number and start: another that has the same number later started at another time."""

import os
from pathlib import Path


def start_of(pid: int) -> str:
    """When a process started, in ticks of the system since its own start; empty for one that ended, or unknown."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    state, start = fields[0], fields[19]
    return "" if state in "ZX" else start


def is_gone(pid: int, started: str) -> bool:
    """Whether a process is known to have ended.

    Args:
        pid: Its number.
        started: Its `start_of`, from when it ran.
    """
    if os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # of another user, where the system may hide when it started
        return start_of(pid) not in {"", started}
    return start_of(pid) != started
