"""Tasks of test_engine.py and test_local_pool.py."""

import os
import signal
import sys
import time
from pathlib import Path

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.parallel.progress import advance


def advance_slowly(n_steps: int) -> int:
    for _ in range(n_steps):
        time.sleep(0.02)
        advance()
    return os.getpid()


def meet(place: tuple[Path, int]) -> int:
    """Ends when as many processes as were expected work on this at once."""
    folder, n_expected = place
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < n_expected:
        time.sleep(0.01)
    return os.getpid()


def advance_often(n_steps: int) -> None:
    for _ in range(n_steps):
        advance(0.5)


def has_imported(module: str) -> bool:
    time.sleep(0.1)
    return module in sys.modules


def die_at_first(folder_and_number: tuple[Path, int]) -> int:
    """Kills its process a number of times; then gives the number of the attempt."""
    folder, n_deaths = folder_and_number
    n_before = len(list(folder.glob(f"{n_deaths}-*")))
    if n_before < n_deaths:
        (folder / f"{n_deaths}-{n_before}").touch()
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)
    return n_before + 1


def see_no_index() -> str:
    raise ArtefactError("the index must be there")
