"""Locks: who holds one, what is stale, and that of many who take a stale one over, one at a time holds it."""

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.processes import lock
from blemore_cli.core.processes.lock import Holder, is_held_here, locked
from blemore_cli.core.processes.machine import this_machine
from blemore_cli.core.processes.process import start_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path / "run" / "lock"


def holder(**changes: object) -> str:
    """The content of a lock that this very process holds, with changes."""
    this = {"pid": os.getpid(), "started": start_of(os.getpid()), **this_machine()._asdict()}
    return json.dumps(this | changes)


@pytest.fixture
def ended() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_a_lock_that_cannot_be_written_is_not_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Holder) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    def lock_it() -> None:
        with locked(path):
            pass

    monkeypatch.setattr(Holder, "model_dump_json", full)
    with pytest.raises(ArtefactError, match="lock must be writable: No space left"):
        lock_it()
    assert list(path.parent.iterdir()) == []


def test_a_lock_names_its_holder_and_is_gone_after_the_block(path: Path) -> None:
    with locked(path):
        assert json.loads(path.read_text()) == json.loads(holder())
        with locked(path):  # again by the same process
            pass
        assert path.is_file()
    with pytest.raises(KeyboardInterrupt), locked(path):
        raise KeyboardInterrupt
    assert list(path.parent.iterdir()) == []


def test_a_live_process_of_this_machine_keeps_others_out(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        path.write_text(holder(pid=process.pid, started=start_of(process.pid)))
        with pytest.raises(ArtefactError, match=rf"process {process.pid} of this machine") as caught, locked(path):
            pass
        assert "Wait" in caught.value.fix
        process.kill()
    with locked(path):
        pass
    assert list(path.parent.iterdir()) == []


def test_a_process_that_waits_to_be_collected_has_ended(path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    started = start_of(process.pid)
    while start_of(process.pid):
        time.sleep(0.01)
    path.write_text(holder(pid=process.pid, started=started))
    with locked(path):
        pass
    process.wait()


@pytest.mark.parametrize("started", ["1", ""])
def test_a_number_that_another_process_has_now_is_recognised(path: Path, started: str) -> None:
    path.write_text(holder(started=started))
    with locked(path):
        assert json.loads(path.read_text()) == json.loads(holder())


def test_a_process_of_another_host_is_named_with_what_to_do(path: Path, ended: int) -> None:
    path.write_text(holder(pid=ended, host="elsewhere"))
    with pytest.raises(ArtefactError, match=f"process {ended} of elsewhere") as caught, locked(path):
        pass
    assert f"delete {path}" in caught.value.fix
    assert json.loads(path.read_text())["host"] == "elsewhere"


def test_a_process_of_another_container_of_the_same_name_is_kept_and_named(path: Path, ended: int) -> None:
    path.write_text(holder(pid=ended, container="boot pid:[1]"))
    with pytest.raises(ArtefactError, match=f"process {ended} of another container or machine") as caught, locked(path):
        pass
    assert f"delete {path}" in caught.value.fix
    assert json.loads(path.read_text())["pid"] == ended
    assert not is_held_here(path)


def test_a_lock_of_a_version_without_containers_is_read(path: Path, ended: int) -> None:
    path.write_text(json.dumps({"pid": ended, "host": "elsewhere", "started": "5"}))
    with pytest.raises(ArtefactError, match=f"process {ended} of elsewhere"), locked(path):
        pass


@pytest.fixture
def container() -> list[str]:
    """Start of a command that runs another in a PID namespace and with a host name of its own."""
    words = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "--uts"]
    for command in (words, [*words, "--map-root-user"]):
        if shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    pytest.skip("no right to make a PID namespace")


LOCK = "import sys, pathlib; from blemore_cli.core.processes.lock import locked\n"
HOLD = LOCK + "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); input()"


@pytest.mark.parametrize(
    ("other", "named"), [("", "another container or machine of the name"), ("hostname elsewhere; ", "elsewhere")]
)
def test_a_container_does_not_take_over_what_another_holds(
    path: Path, container: list[str], other: str, named: str
) -> None:
    hold = [*container, "sh", "-c", f'{other}exec "$@"', "sh", sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(hold, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        second = subprocess.run([*container, sys.executable, "-c", HOLD, path], capture_output=True, text=True)
        with pytest.raises(ArtefactError, match=named), locked(path):  # nor does the machine itself
            pass
        first.communicate("\n")
    assert (second.stdout, first.returncode) == ("", 0)
    assert f"of {named}" in second.stderr
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"pid": 0, "host": "", "started": ""}', "\0"])
def test_a_damaged_lock_is_left_and_named(path: Path, content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.02)
    path.write_text(content)
    with pytest.raises(ArtefactError, match="damaged") as caught, locked(path):
        pass
    assert f"delete {path}" in caught.value.fix
    assert path.read_text() == content


def test_a_lock_whose_holder_is_still_being_written_is_waited_for(path: Path, ended: int) -> None:
    script = "import sys, time; time.sleep(0.2); open(sys.argv[1], 'w').write(sys.argv[2])"
    path.touch()
    writer = subprocess.Popen([sys.executable, "-c", script, path, holder(pid=ended, host="elsewhere")])
    with writer, pytest.raises(ArtefactError, match="elsewhere"), locked(path):
        pass


def test_a_takeover_that_was_killed_itself_is_taken_over(path: Path, ended: int) -> None:
    path.write_text(holder(pid=ended, started="5"))
    path.with_name(f".lock-{ended}-5").write_text(holder(pid=ended, started="6"))
    with locked(path):
        pass
    assert list(path.parent.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="must be writable"), locked(tmp_path / "no" / "lock"):
        pass


def test_the_slower_of_two_that_saw_a_stale_lock_leaves_that_of_the_quicker(
    path: Path, ended: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        quicker = holder(pid=process.pid, started=start_of(process.pid))

        def is_gone(this: lock.Holder) -> bool:
            path.write_text(quicker)  # just after the stale lock was read
            return this.pid == ended

        monkeypatch.setattr(lock.Holder, "is_gone", property(is_gone))
        path.write_text(holder(pid=ended))
        with pytest.raises(ArtefactError, match=f"process {process.pid}"), locked(path):
            pass
        process.kill()
    assert path.read_text() == quicker
    assert [file.name for file in path.parent.iterdir()] == ["lock"]


CONTENDER = """
import sys
from pathlib import Path
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.processes.lock import locked

path, stale = Path(sys.argv[1]), sys.argv[2]
inside = path.with_name("inside")
print("ready", flush=True)
sys.stdin.readline()
for _ in range(40):
    try:
        with locked(path):
            with inside.open("x"):  # fails if another is inside
                pass
            inside.unlink()
            path.write_text(stale)  # as if this process had been killed here
    except ArtefactError:
        pass
"""


def test_of_many_who_take_stale_locks_over_one_at_a_time_holds_it(path: Path, ended: int) -> None:
    stale = holder(pid=ended)
    path.write_text(stale)
    command = [sys.executable, "-c", CONTENDER, str(path), stale]
    contenders = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for contender in contenders:
        assert contender.stdout
        assert contender.stdout.readline() == "ready\n"
    for contender in contenders:
        assert contender.stdin
        contender.stdin.write("\n")
        contender.stdin.flush()
    assert [contender.communicate(timeout=60)[1] for contender in contenders] == [""] * 3


def test_who_is_at_work_here_is_known(path: Path, ended: int) -> None:
    assert not is_held_here(path)
    with locked(path):
        assert is_held_here(path)
    path.write_text(holder(pid=ended), encoding="utf-8")
    assert not is_held_here(path)
    path.write_text(holder(host="elsewhere"), encoding="utf-8")
    assert not is_held_here(path)


def test_a_damaged_lock_is_held_by_nobody_here(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.01)
    path.write_text("damaged", encoding="utf-8")
    assert not is_held_here(path)
