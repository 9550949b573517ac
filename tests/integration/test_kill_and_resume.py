"""kill -9 at moments of an ablation, and Ctrl-C: resumed, every file has the bytes of an undisturbed run.

They are ten with `BLEMORE_FAULTS=long`, else five.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.long_campaigns import IS_LONG
from typer.testing import CliRunner

from blemore_cli.cli.app import app
from blemore_cli.data.example.project import write_example

pytestmark = pytest.mark.slow

WORDS = [
    "ablate",
    "--selection",
    "random",
    "--seeds",
    "2",
    "--encoders",
    "clip_vit,wavlm",
    "--name",
    "small",
    "--quiet",
]
QUICK = ["--set", "train.max_epochs=3", "--set", "model.fusion=weighted"]
N_INNER, N_MODELS = 2 * 2 * 10, 2 * 2 * 5
Reached = Callable[[Path], bool]


def has(path: str) -> Reached:
    return lambda run: (run / path).exists()


def has_inner(n: int) -> Reached:
    return lambda run: len(list(run.glob("arms/*/inner/[!.]*.safetensors"))) >= n


def has_models(n: int) -> Reached:
    return lambda run: len(list(run.glob("arms/*/checkpoints/[!.]*"))) >= n


MOMENTS: dict[str, tuple[Reached, int]] = {
    "before an arm is there": (has("config.yaml"), 1),
    "before the first training": (has("arms/random/config.yaml"), 1),
    "at the first inner training": (has_inner(1), 1),
    "in the inner trainings": (has_inner(N_INNER // 2), 2),
    "between the stages": (has_inner(N_INNER), 1),
    "at the first fold model": (has_models(1), 1),
    "in the fold models": (has_models(N_MODELS // 2), 1),
    "between training and tables": (has_models(N_MODELS), 2),
    "in gathering": (has("arms/learned/oof.csv"), 1),
    "after the tables": (has("ablation.csv"), 1),
}

CHOSEN = MOMENTS if IS_LONG else dict([*MOMENTS.items()][::2])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny project, and in `undisturbed/` the run that nothing happened to."""
    folder = tmp_path_factory.mktemp("small")
    write_example(folder / "project", n_clips=116, seed=0)
    with contextlib.chdir(folder / "project"):
        in_this_process("index", "--quiet")
        in_this_process(*WORDS, *QUICK, "--jobs", "1")
    shutil.move(folder / "project/runs/small", folder / "project/undisturbed")
    return folder / "project"


@pytest.fixture
def run(small: Path) -> Iterator[Path]:
    """Folder of the run that is disturbed."""
    yield small / "runs" / "small"
    shutil.rmtree(small / "runs")


def in_this_process(*words: str) -> None:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.stderr


class Fork:
    """The ablation in a fork of this process, which saves importing torch; `--jobs 2` starts workers as ever."""

    def __init__(self, project: Path, jobs: int, *, resume: bool) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            os.chdir(project)
            with contextlib.suppress(BaseException):
                app(words(jobs, resume=resume))
            os._exit(0)

    def has_ended(self) -> bool:
        return is_gone(Path(f"/proc/{self.pid}"))

    def killed_by(self) -> int:
        os.kill(self.pid, signal.SIGKILL)
        return os.WTERMSIG(os.waitpid(self.pid, 0)[1])


def words(jobs: int, *, resume: bool) -> list[str]:
    return [*WORDS, *QUICK, "--jobs", str(jobs), *["--resume"][: int(resume)]]


def wait_until(reached: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not reached() and time.monotonic() < end:
        time.sleep(0.005)
    return reached()


def children(pid: int) -> list[Path]:
    """What the system tells of the processes that a process started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [Path(f"/proc/{pid}") for pid in listed.read_text().split()] if listed.exists() else []


def is_gone(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def files(run: Path) -> dict[str, bytes]:
    """Every file of a run by its path; without the number of processes, which its configuration notes."""
    found = {str(path.relative_to(run)): path.read_bytes() for path in sorted(run.rglob("*")) if path.is_file()}
    return {name: re.sub(rb"jobs: \d", b"", content) for name, content in found.items()}


def check_resumed(project: Path, run: Path) -> None:
    with contextlib.chdir(project):
        in_this_process(*WORDS, *QUICK, "--resume", "--jobs", "1")
    expected, found = files(project / "undisturbed"), files(run)
    assert list(found) == list(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


def trainings(run: Path) -> list[Path]:
    return [*run.glob("arms/*/inner/[!.]*.safetensors"), *run.glob("arms/*/checkpoints/[!.]*")]


def kill_when(reached: Reached, project: Path, run: Path, jobs: int) -> None:
    """Starts the ablation, or resumes it, and kills it at a moment: it alone, so that its workers have to notice."""
    process = Fork(project, jobs, resume=run.exists())
    assert wait_until(lambda: process.has_ended() or reached(run), 60)
    workers = children(process.pid)
    assert process.killed_by() == signal.SIGKILL
    assert wait_until(lambda: all(map(is_gone, workers)), 20)
    assert not (run / "done").exists()


def interrupt(project: Path, run: Path) -> None:
    """Resumes the ablation in a process of its own, and presses Ctrl-C after the next training."""
    n_before = len(trainings(run))
    process = subprocess.Popen(
        [sys.executable, "-m", "blemore_cli", *words(2, resume=True)],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # an idle shell ignores it
    )
    assert wait_until(lambda: process.poll() is not None or len(trainings(run)) > n_before, 60)
    workers = children(process.pid)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (130, b"interrupted; finished work is kept\n")
    assert not (run / "lock").exists()
    assert wait_until(lambda: all(map(is_gone, workers)), 20)


def test_killed_at_its_moments_and_interrupted_it_ends_with_the_same_bytes(small: Path, run: Path) -> None:
    for moment, (reached, jobs) in CHOSEN.items():
        kill_when(reached, small, run, jobs)
        if moment == "at the first inner training":
            interrupt(small, run)
    check_resumed(small, run)
