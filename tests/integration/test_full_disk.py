"""A full disk at any moment of a command: exit code 4, what was there is there, and room makes it go on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from tests.integration.conftest import TINY, leave_encoders

from blemore_cli.cli.app import app
from blemore_cli.cli.console import Output, exit_codes
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.reporting.event_files import write_event_files

pytestmark = pytest.mark.slow

SIZE = 8 << 20
TRAIN = ["train", *TINY, "--set", "train.max_epochs=1", "--name"]
ROOM = {
    "index": (["index", "--modality", "wavlm=av"], (0, 4, 12, 40)),
    "submit": (["submit", "--run", "one", "--out", "new.csv"], (0,)),
    "report": (["report", "--run", "one", "--no-shift", "--out", "new.html"], (0, 8, 64)),
    "explain": (["explain", "--run", "one", "--out", "new"], (0, 16, 64)),
    "identify": (["identify", "--encoder", "wavlm", "--force", "--out", "new.csv"], (0,)),
    "init": (["init", "new"], (0,)),
    "demo": (["demo", "new", "--clips", "58"], (0, 8, 200)),
    "train": ([*TRAIN, "new"], (0, 4, 12, 64, 200, 420)),
    "ablate": (["ablate", "--selection", "random", "--seeds", "1", *TRAIN[1:], "new"], (100, 400)),
}
"""Each command with the KiB that the disk has for it."""


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
def small(trained_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained project with a single run and the encoders that it uses."""
    folder = tmp_path_factory.mktemp("small") / "project"
    shutil.copytree(trained_once, folder, ignore=shutil.ignore_patterns("first", "arms", "latest"))
    leave_encoders(folder, ("clip_vit", "wavlm"))
    return folder


@pytest.fixture
def project(disk: Path, small: Path) -> Iterator[Path]:
    """The project on the small disk."""
    yield Path(shutil.copytree(small, disk / "project"))
    for path in disk.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def leave_room(disk: Path, kibibytes: int) -> None:
    """Fills the disk but for so much."""
    state = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(state.f_bavail * state.f_bsize - (kibibytes << 10)))


def in_a_fork(words: list[str], folder: Path, output: Path, work: Callable[[list[str]], None] = app) -> tuple[int, str]:
    """Exit code and output of a command in a fork of this process, which saves importing torch."""
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            descriptor = os.open(output, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
            os.dup2(descriptor, 1)
            os.dup2(descriptor, 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            os.chdir(folder)
            work(words)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 98
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output.read_text()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", ROOM)
def test_a_full_disk_is_said_and_loses_nothing(disk: Path, project: Path, tmp_path: Path, command: str) -> None:
    words, rooms = ROOM[command]
    before = contents(project)
    for room in rooms:
        leave_room(disk, room)
        code, text = in_a_fork(words, project, tmp_path / "output")
        assert (code, "No space left on" in text) == (4, True), f"{room} KiB: {code} {text}"
        assert not [words for words in ("Traceback", "Exception ignored") if words in text], text
        after = contents(project)
        assert {name: after.get(name) for name in before} == before
        assert not [name for name in after.keys() - before.keys() if "/." in f"/{name}"]
        (disk / "ballast").unlink()
        for name in after.keys() - before.keys():
            (project / name).unlink()
        for folder in (project / "new", project / "runs/new"):
            shutil.rmtree(folder, ignore_errors=True)


def write_events(names: list[str]) -> None:
    """What `--tensorboard` does at the end of a run."""
    try:
        with exit_codes(Output()):
            write_event_files(RunFolder(Path("runs") / names[0]))
    except typer.Exit as end:
        sys.exit(end.exit_code)


def test_event_files_on_a_full_disk_leave_those_that_are_there(disk: Path, project: Path, tmp_path: Path) -> None:
    assert in_a_fork(["one"], project, tmp_path / "output", write_events) == (0, "")
    before = contents(project)
    for room in (0, 4, 16, 40):
        leave_room(disk, room)
        code, text = in_a_fork(["one"], project, tmp_path / "output", write_events)
        assert (code, "No space left on" in text, "Traceback" in text) == (4, True, False), f"{room} KiB: {text}"
        (disk / "ballast").unlink()
        assert contents(project) == before


def test_with_room_again_a_run_goes_on_to_the_same_bytes(disk: Path, project: Path, tmp_path: Path) -> None:
    for room in (0, 64, 300, 420):
        leave_room(disk, room)
        assert in_a_fork([*TRAIN, "new", "--resume"], project, tmp_path / "output")[0] == 4
        (disk / "ballast").unlink()
    for words in ([*TRAIN, "new", "--resume"], [*TRAIN, "whole"]):
        code, text = in_a_fork(words, project, tmp_path / "output")
        assert code == 0, text
    for name in ("oof.csv", "test.csv", "gate_oof.csv", "log.jsonl"):
        assert (project / "runs/new" / name).read_bytes() == (project / "runs/whole" / name).read_bytes(), name
