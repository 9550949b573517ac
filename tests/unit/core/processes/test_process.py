import os
import subprocess
import sys

from blemore_cli.core.processes.process import is_gone, start_of


def test_this_process_runs() -> None:
    assert not is_gone(os.getpid(), start_of(os.getpid()))


def test_a_later_process_of_the_same_number_is_another() -> None:
    assert is_gone(os.getpid(), "1")


def test_one_that_ended_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = start_of(process.pid)
        assert not is_gone(process.pid, started)
    assert is_gone(process.pid, started)
    assert start_of(process.pid) == ""
