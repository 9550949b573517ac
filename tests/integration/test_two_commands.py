"""Two commands on one run, as processes: the second is refused before it touches anything, whatever it is."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.conftest import TINY, Blemore

from blemore_cli.core.processes.machine import this_machine

pytestmark = pytest.mark.slow

SAME = ["--name", "same", "--fold", "0", *TINY]
EXIT_CODES = {signal.SIGCONT: 0, signal.SIGKILL: -signal.SIGKILL}


@pytest.fixture(params=EXIT_CODES, ids=[how.name for how in EXIT_CODES])
def ending(request: pytest.FixtureRequest) -> signal.Signals:
    """How the first process goes on."""
    return signal.Signals(request.param)


def state_of(process: "subprocess.Popen[bytes]") -> str:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.fixture
def first(tiny: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that trains the run `same`, and stands still in the middle of it."""
    command = [sys.executable, "-m", "blemore_cli", "train", "--quiet", *SAME, "--resume"]
    with subprocess.Popen(
        command,
        cwd=tiny,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while not list((tiny / "runs" / "same").glob("inner/*")) and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGSTOP)
        while state_of(process) != "T":
            time.sleep(0.002)
        yield process
        process.kill()


def files(run: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(run.rglob("*")) if path.is_file()}


def test_the_second_of_two_commands_on_a_run_is_refused(
    tiny: Path, blemore: Blemore, first: "subprocess.Popen[bytes]", ending: signal.Signals
) -> None:
    run = tiny / "runs" / "same"
    (run / ".being-written").mkdir()
    before = files(run)
    for words in (SAME, [*SAME, "--resume"]):
        done = blemore("train", *words, cwd=tiny)
        assert (done.returncode, done.stdout) == (4, "")
        assert f"process {first.pid} of this machine" in done.stderr
    for reader in (["report"], ["explain"], ["submit", "--out", "preds.csv"]):
        done = blemore(*reader, "--run", "same", cwd=tiny)
        assert (done.returncode, done.stdout) == (4, "")
        assert "must be finished" in done.stderr
    assert files(run) == before
    assert (run / ".being-written").is_dir()

    first.send_signal(signal.SIGCONT)
    first.send_signal(ending)
    assert first.wait(60) == EXIT_CODES[ending]
    assert (run / "lock").exists() == (ending == signal.SIGKILL)
    done = blemore("train", *SAME, "--resume", cwd=tiny)
    assert done.returncode == 0, done.stderr
    assert (run / "done").is_file()
    assert not list(run.glob("*lock*"))
    assert (run / ".being-written").exists() == (ending == signal.SIGCONT)  # a finished run is not reopened
    shutil.rmtree(run)


def test_explaining_into_a_run_keeps_others_from_it(tiny: Path, blemore: Blemore) -> None:
    done = blemore("train", "--name", "whole", "--fold", "0", *TINY, cwd=tiny)
    assert done.returncode == 0, done.stderr
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as holder:
        lock = tiny / "runs" / "whole" / "lock"
        started = Path(f"/proc/{holder.pid}/stat").read_text().rpartition(")")[2].split()[19]
        lock.write_text(json.dumps({"pid": holder.pid, "started": started, **this_machine()._asdict()}))
        inside = blemore("explain", "--run", "whole", cwd=tiny)
        outside = blemore("explain", "--run", "whole", "--out", "elsewhere", cwd=tiny)
        holder.kill()
    assert (inside.returncode, outside.returncode) == (4, 0)
    assert f"process {holder.pid} of this machine" in inside.stderr
    assert blemore("explain", "--run", "whole", cwd=tiny).returncode == 0
    assert not lock.exists()
