"""The local pool beyond the contract of engines: how many processes it starts, and how they end."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from blemore_cli.core.parallel.engine import IMPORTED_BY_WORKERS
from blemore_cli.core.parallel.local_pool import LocalPool


def test_processes_start_with_the_tasks_and_are_no_more_than_these(tasks: ModuleType, tmp_path: Path) -> None:
    before = set(multiprocessing.active_children())
    with LocalPool(8) as pool:
        assert set(multiprocessing.active_children()) == before
        workers = set(pool.run(tasks.meet, [(tmp_path, 2)] * 2))
        assert {child.pid for child in set(multiprocessing.active_children()) - before} == workers
        assert len(workers) == 2
        assert pool.run(tasks.meet, [(tmp_path, 2)]) == [os.getpid()]


def test_the_processes_of_a_stage_serve_the_next(tasks: ModuleType, tmp_path: Path) -> None:
    with LocalPool(2) as pool:
        workers = set(pool.run(tasks.meet, [(tmp_path, 2)] * 2))
        assert set(pool.run(tasks.meet, [(tmp_path, 2)] * 2)) <= workers  # a quick one may do both


def test_workers_import_the_modules_of_a_third_party(tasks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalPool(2) as pool:
        assert pool.run(tasks.has_imported, ["colorsys"] * 2) == [False] * 2
    monkeypatch.setattr("blemore_cli.core.parallel.local_pool.IMPORTED_BY_WORKERS", [*IMPORTED_BY_WORKERS, "colorsys"])
    with LocalPool(2) as pool:
        assert pool.run(tasks.has_imported, ["colorsys"] * 2) == [True] * 2


def test_a_module_that_cannot_be_imported_is_named(tasks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blemore_cli.core.parallel.local_pool.IMPORTED_BY_WORKERS", ["no_such_module"])
    with LocalPool(2) as pool, pytest.raises(ImportError, match="no_such_module"):
        pool.run(tasks.has_imported, ["colorsys"] * 2)


SCRIPT = """
import os, signal, sys, time
from blemore_cli.core.parallel.local_pool import LocalPool

def work(number):
    open(os.path.join(sys.argv[1], str(os.getpid())), "w").close()
    time.sleep(60)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a test run in the background does not inherit
    try:
        print("starting", flush=True)
        with LocalPool(2) as pool:
            pool.run(work, [0, 1, 2])
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.parametrize("n_begun", [0, 2])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_their_parent_without_a_word(how: signal.Signals, n_begun: int, tmp_path: Path) -> None:
    """Ctrl-C goes to all processes, a kill to the parent alone; both while processes start, and while they work."""
    script, marks = tmp_path / "script.py", tmp_path / "marks"
    script.write_text(SCRIPT)
    marks.mkdir()
    command = [sys.executable, str(script), str(marks)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"starting\n"
        while len(list(marks.iterdir())) < n_begun:
            time.sleep(0.01)
        time.sleep(0 if n_begun else 0.1)
        (os.killpg if how == signal.SIGINT else os.kill)(parent.pid, how)
        words = parent.communicate(timeout=10)  # that is, until no process has these pipes any more
    if how == signal.SIGINT:
        assert words == (b"interrupted\n", b"")
    assert b"Traceback" not in words[1]  # Python's own tracker of semaphores misses the killed parent, and says so
