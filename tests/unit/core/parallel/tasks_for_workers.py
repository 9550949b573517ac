"""Tasks of test_workers.py."""

import os
import signal
import time
from pathlib import Path

from blemore_cli.core.parallel.progress import advance


def tick_slowly(n_ticks: int) -> int:
    for _ in range(n_ticks):
        time.sleep(0.02)
        advance()
    return os.getpid()


def tick_often(n_ticks: int) -> None:
    for _ in range(n_ticks):
        advance(0.5)


def die_after_others(folder_and_number: tuple[Path, int]) -> int:
    """The last task kills its process when all others have left their mark, and one hangs."""
    folder, number = folder_and_number
    if number < 3:
        (folder / str(number)).touch()
        return number
    if number == 3:
        time.sleep(60)
    while len(list(folder.iterdir())) < 3:
        time.sleep(0.01)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGKILL)
    return number
