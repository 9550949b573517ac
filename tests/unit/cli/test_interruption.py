"""Signals of a process at each moment of a command."""

import subprocess
import sys

import pytest

START = """
import os, signal, sys
from blemore_cli.cli.interruption import ended_at_once, interruptible, leave_when_interrupted

def press():
    os.kill(os.getpid(), signal.{signal})

signal.signal(signal.SIGINT, signal.default_int_handler)  # an idle shell ignores it
"""
IMPORTING = "leave_when_interrupted(); press(); print('not reached')"
WORKING = """
leave_when_interrupted()
try:
    with interruptible():
        {work}
except KeyboardInterrupt:
    print("kept")
press()
print("ended")
"""
EXTENSION = "try: press()\n        except KeyboardInterrupt: raise ImportError('initialization failed')"
IGNORED = """
signal.signal(signal.{signal}, signal.SIG_IGN)
leave_when_interrupted()
with interruptible():
    press()
print("went on")
"""
EXITING = """
with ended_at_once():
    try:
        exec("press()")  # for which Python would end with the signal, also where the error is caught
    except KeyboardInterrupt:
        sys.exit(130)
"""


def run(script: str, signal: str) -> tuple[int, str, str]:
    text = (START + script).replace("{signal}", signal)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (IMPORTING, (130, "", "interrupted; nothing was begun\n")),
        (WORKING.replace("{work}", "press()"), (0, "kept\nended\n", "")),
        (WORKING.replace("{work}", EXTENSION), (0, "kept\nended\n", "")),
        (IGNORED, (0, "went on\n", "")),
    ],
    ids=["in an import", "at work", "in an extension module", "under nohup"],
)
def test_what_a_signal_does(script: str, signal: str, expected: tuple[int, str, str]) -> None:
    assert run(script, signal) == expected


def test_an_interrupted_command_has_its_exit_code() -> None:
    assert run(EXITING, "SIGINT")[0] == 130


def test_other_errors_stay_what_they_are() -> None:
    done = run("leave_when_interrupted()\nwith interruptible(): raise ValueError('wrong')", "SIGINT")
    assert done[0] == 1
    assert "ValueError: wrong" in done[2]
