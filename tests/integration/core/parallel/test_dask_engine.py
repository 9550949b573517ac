"""The engine on real Dask processes: the contract of engines, lost workers, and workers that do not fit."""

import importlib
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from tests.integration.conftest import FAST, Answer, Attempt
from typer.testing import CliRunner

from blemore_cli import __version__
from blemore_cli.cli.app import app
from blemore_cli.core import optional_package
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import DataError, EngineError, UsageError
from blemore_cli.core.labels import check_emotion
from blemore_cli.core.parallel import dask_engine
from blemore_cli.core.parallel.backend import Backend, CommonGround
from blemore_cli.core.parallel.dask_engine import DaskEngine
from blemore_cli.core.parallel.task_outcome import Failed
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.runs.start import start_run
from blemore_cli.experiments.tuning.design import SearchDesign, trials
from blemore_cli.experiments.tuning.space import Range, Space
from blemore_cli.experiments.tuning.tune import run_tuning

distributed = pytest.importorskip("distributed", reason="distributed is not installed: pip install '.[cluster]'")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dask")]

TASKS = Path(__file__).parents[3] / "unit" / "core" / "parallel"
QUICK = ["train", "--top-n", "1", "--encoders", "clip_vit,wavlm", "--fold", "0", "--fold", "1", "--slots", "2", *FAST]


def environment(*paths: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    return {**kept, "PYTHONPATH": os.pathsep.join([*map(str, paths), os.environ.get("PYTHONPATH", "")])}


def wait_until(reached: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File that the schedulers' addresses are written to."""
    path = tmp_path_factory.mktemp("cluster") / "addresses"
    path.touch()
    return path


@pytest.fixture(scope="module")
def scheduler(listed: Path) -> Iterator[int]:
    """The process of two schedulers, one with two workers and one with none."""
    process = subprocess.Popen(
        [sys.executable, Path(__file__).parent / "cluster.py", listed],
        cwd=listed.parent,
        env=environment(TASKS),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: "ready" in listed.read_text(), 60)
        yield process.pid
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def addresses(scheduler: int, listed: Path) -> list[str]:
    """Addresses of the scheduler with two workers and of the one with none."""
    return listed.read_text().splitlines()[:2]


@pytest.fixture
def engine(addresses: list[str]) -> Iterator[DaskEngine]:
    with DaskEngine(Backend("dask", addresses[0]), patience=20) as engine:
        yield engine


def test_outcomes_come_in_order_and_failures_arrive_with_their_next_step(engine: DaskEngine) -> None:
    outcomes = engine.run(int, ["0", "one", "2"])
    assert outcomes[::2] == [0, 2]
    assert isinstance(outcomes[1], Failed)
    (user,) = engine.run(check_emotion, ["joy"])
    assert isinstance(user, Failed)
    assert isinstance(user.error, DataError)
    assert user.error.fix == "Correct the emotion name."
    assert engine.run(int, []) == []
    assert engine.default_slots() == 2


def test_what_cannot_be_sent_fails_alone(engine: DaskEngine) -> None:
    outcomes = engine.run(type, [1, lambda: None, 2.0])
    assert outcomes[::2] == [int, float]
    assert isinstance(outcomes[1], Failed)


def test_progress_comes_by_events_and_ends_at_the_sum(engine: DaskEngine, tasks: ModuleType) -> None:
    reports: list[float] = []
    engine.run(tasks.advance_slowly, [20, 20], progress=reports.append)
    assert reports == sorted(reports)
    assert reports[-1] == 40
    assert len(set(reports)) >= 3


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TASKS)
    return importlib.import_module("tasks_for_workers")


def test_a_task_is_repeated_twice_if_its_worker_is_lost(engine: DaskEngine, tmp_path: Path, tasks: ModuleType) -> None:
    assert engine.run(tasks.die_at_first, [(tmp_path, 1)]) == [2]
    with pytest.raises(EngineError, match="3 were lost"):
        engine.run(tasks.die_at_first, [(tmp_path, 99)])


def test_a_worker_that_sees_no_index_is_refused_in_words(
    addresses: list[str], tmp_path: Path, tasks: ModuleType
) -> None:
    ground = CommonGround(tmp_path, tasks.see_no_index)
    with (
        DaskEngine(Backend("dask", addresses[0]), ground, patience=20) as engine,
        pytest.raises(EngineError, match=r"the index must be there .*tcp://") as caught,
    ):
        engine.run(int, ["1"])
    assert "--resume" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_the_first_worker_decides_the_device_and_others_are_refused(addresses: list[str], tmp_path: Path) -> None:
    devices: list[str] = []
    ground = CommonGround(tmp_path, platform.machine, settle=devices.append)
    with DaskEngine(Backend("dask", addresses[0]), ground, patience=20) as engine:
        assert engine.run(int, ["1"]) == [1]
    assert devices == [platform.machine()]
    with (
        DaskEngine(Backend("dask", addresses[0]), replace(ground, known="NVIDIA H100"), patience=20) as engine,
        pytest.raises(EngineError, match=r"on the device of the run, NVIDIA H100, and it has .*tcp://"),
    ):
        engine.run(int, ["1"])


def test_a_scheduler_without_workers_is_given_up(addresses: list[str]) -> None:
    notes: list[str] = []
    with DaskEngine(Backend("dask", addresses[1], note=notes.append), patience=0.5) as engine:
        with pytest.raises(EngineError, match=r"none that fits was for 0.5 s"):
            engine.run(int, ["1"])
        with pytest.raises(EngineError, match="none that fits"):
            engine.default_slots()


def test_a_worker_of_another_version_is_refused_before_it_is_sent_a_task(addresses: list[str], tmp_path: Path) -> None:
    (tmp_path / "blemore_cli").mkdir()
    (tmp_path / "blemore_cli" / "__init__.py").write_text('__version__ = "0.0.9"\n')
    words = ["-m", "distributed.cli.dask_worker", addresses[1], "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    worker = subprocess.Popen(
        [sys.executable, *words],
        cwd=tmp_path,
        env={**environment(), "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with (
            DaskEngine(Backend("dask", addresses[1]), patience=30) as engine,
            pytest.raises(EngineError, match=rf"must have blemore {__version__}, and it has 0\.0\.9 \(tcp"),
        ):
            engine.run(int, ["1"])
    finally:
        worker.kill()
        worker.wait()


@pytest.fixture(scope="module")
def here(tiny: Path) -> dict[str, bytes]:
    """The files of a run of this machine's processes."""
    with chdir(tiny):
        done = CliRunner().invoke(app, [*QUICK, "--name", "here", "--quiet"])
    assert done.exit_code == 0, done.stderr
    return files(tiny / "runs/here")


def when_training_begins(run: Path, action: Callable[[], object]) -> int:
    """Does something, in another process, as soon as the first inner training of a run is on disk; the process."""
    pid = os.fork()
    if pid == 0:
        with suppress(BaseException):
            wait_until(lambda: list((run / "inner").glob("[!.]*")), 60)
            action()
        os._exit(0)
    return pid


def test_a_killed_worker_changes_no_byte(
    addresses: list[str], tiny: Path, answer: Answer, here: dict[str, bytes]
) -> None:
    run = tiny / "runs/there"
    killer = when_training_begins(run, lambda: os.kill(worker_pid(addresses[0]), signal.SIGKILL))
    answer(*QUICK, "--name", "there", "--address", addresses[0])
    os.waitpid(killer, 0)
    assert files(run) == here


def test_a_search_has_the_bytes_of_this_machine(addresses: list[str], project: Config) -> None:
    space: Space = {"train.learning_rate": Range(1e-4, 1e-1, log=True)}
    made = []
    for backend in (Backend(slots=2), Backend("dask", addresses[0], slots=2)):
        run = start_run(project.runs, project, kind="tune", name=backend.engine, resume=False)
        design = SearchDesign(space, trials(project, space, 2))
        run_tuning(run, design, index=read_index(project.data.index), progress=lambda *_: None, backend=backend)
        made.append(files(run.path))
    assert "trials/trial-000/checkpoints/seed0-fold0/model.safetensors" in made[0]
    assert made[0] == made[1]


def test_a_killed_command_goes_on_with_the_same_bytes(
    addresses: list[str], tiny: Path, answer: Answer, here: dict[str, bytes]
) -> None:
    run, words = tiny / "runs/killed", [*QUICK, "--name", "killed", "--address", addresses[0]]
    process = subprocess.Popen(
        [sys.executable, "-m", "blemore_cli", *words],
        cwd=tiny,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: list((run / "inner").glob("[!.]*")), 60)
    process.kill()
    process.wait()
    assert not (run / "done").exists()
    answer(*words, "--resume")
    assert files(run) == here


def files(run: Path) -> dict[str, bytes]:
    """Every file of a run by its path; without the name of the run."""
    content = {str(path.relative_to(run)): path.read_bytes() for path in sorted(run.rglob("*")) if path.is_file()}
    return {name: text.replace(run.name.encode(), b"") for name, text in content.items() if name != "done"}


def worker_pid(address: str) -> int:
    with distributed.Client(address, set_as_default=False) as client:
        return int(min(client.run(os.getpid).values()))


def test_a_dead_address_is_exit_code_4_in_words_and_leaves_no_run(
    attempt: Attempt, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_engine, "CONNECT_SECONDS", 0.2)
    code, _, stderr = attempt(*QUICK, "--name", "dead", "--engine", "dask", "--address", "tcp://127.0.0.1:9")
    assert code == 4
    assert "a Dask scheduler must be at tcp://127.0.0.1:9" in stderr
    assert not (tiny / "runs/dead").exists()
    monkeypatch.setenv("BLEMORE_ENGINE", "dask")
    code, _, stderr = attempt(*QUICK, "--name", "dead")
    assert (code, "needs the address" in stderr) == (2, True)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optional_package, "find_spec", lambda _: None)
    with pytest.raises(UsageError) as caught:
        dask_engine.connect("tcp://127.0.0.1:9")
    assert "pip install '.[cluster]'" in caught.value.fix


def test_without_its_scheduler_a_run_stops_and_goes_on_elsewhere(
    scheduler: int, addresses: list[str], tiny: Path, attempt: Attempt, answer: Answer, here: dict[str, bytes]
) -> None:
    """The last test: the schedulers are gone."""
    run, words = tiny / "runs/orphan", [*QUICK, "--name", "orphan"]
    killer = when_training_begins(run, lambda: os.kill(scheduler, signal.SIGKILL))
    code, _, stderr = attempt(*words, "--address", addresses[0])
    os.waitpid(killer, 0)
    assert (code, "is gone" in stderr, "--resume" in stderr) == (4, True, True), stderr
    answer(*words, "--resume")
    assert files(run) == here
