"""The contract of every engine: order, failures, progress, cancellation, and whose processes it ends."""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from blemore_cli.core.errors import DataError, LostWorkerError
from blemore_cli.core.labels import check_emotion
from blemore_cli.core.parallel.engine import Engine, n_cores
from blemore_cli.core.parallel.local_pool import LocalPool
from blemore_cli.core.parallel.task_outcome import Failed

Outcomes = dict[int, "int | Failed"]

ENGINES: dict[str, Callable[[], Engine]] = {"in this process": lambda: LocalPool(1), "local": lambda: LocalPool(2)}
"""The engines that the contract is tested on; another is added here."""
IN_PROCESSES = [name for name in ENGINES if name != "in this process"]


@pytest.fixture(scope="module")
def shared_engines() -> Iterator[dict[str, Engine]]:
    """Engines whose workers serve all tests that do not end them."""
    engines = {name: make() for name, make in ENGINES.items()}
    yield engines
    for engine in engines.values():
        engine.end()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, shared_engines: dict[str, Engine], tasks: ModuleType) -> Engine:
    """Every engine; the workers start when `tasks` can be found."""
    return shared_engines[request.param]


def messages(outcomes: list[int | Failed]) -> list[object]:
    return [outcome.message if isinstance(outcome, Failed) else outcome for outcome in outcomes]


def test_outcomes_come_in_the_order_of_the_tasks_and_a_failed_one_loses_no_other(engine: Engine) -> None:
    assert messages(engine.run(int, ["0", "one", "2", "three", "4"])) == [
        0,
        "ValueError: invalid literal for int() with base 10: 'one'",
        2,
        "ValueError: invalid literal for int() with base 10: 'three'",
        4,
    ]
    assert engine.run(int, []) == []


def test_an_error_of_users_arrives_with_its_next_step(engine: Engine) -> None:
    (first, _) = engine.run(check_emotion, ["joy", "joy"])
    assert isinstance(first, Failed)
    assert isinstance(first.error, DataError)
    assert (first.message, first.error.fix) == (first.error.message, "Correct the emotion name.")


@pytest.mark.parametrize("name", IN_PROCESSES)
def test_what_cannot_be_sent_fails_alone(name: str, shared_engines: dict[str, Engine], tasks: ModuleType) -> None:
    outcomes = shared_engines[name].run(type, [1, lambda: None, 2.0])
    assert outcomes[::2] == [int, float]
    assert isinstance(outcomes[1], Failed)
    assert "lambda" in outcomes[1].message  # Python 3.13 no longer says that pickling failed


def test_progress_is_reported_as_it_comes_and_every_stage_counts_from_zero(engine: Engine, tasks: ModuleType) -> None:
    reports: list[tuple[float, float]] = []
    for _ in range(2):
        reports.clear()
        engine.run(tasks.advance_slowly, [12, 12], progress=lambda amount: reports.append((time.monotonic(), amount)))
        assert reports[-1][1] == 24
    amounts = [amount for _, amount in reports]
    assert amounts == sorted(amounts)
    assert len(set(amounts)) >= 3
    assert max(later - sooner for (sooner, _), (later, _) in pairwise(reports)) < 1


def test_thousands_of_steps_are_cheap_and_none_is_lost(engine: Engine, tasks: ModuleType) -> None:
    reports: list[float] = []
    start = time.monotonic()
    engine.run(tasks.advance_often, [20_000, 20_000], progress=reports.append)
    assert reports[-1] == 20_000
    assert len(reports) < 100
    assert time.monotonic() - start < 5


def test_outcomes_are_handed_over_as_they_come(engine: Engine) -> None:
    finished: Outcomes = {}
    outcomes = engine.run(int, ["3", "4", "5"], finished=finished.__setitem__)
    assert [finished[number] for number in range(3)] == outcomes == [3, 4, 5]


@pytest.mark.parametrize("name", ENGINES)
def test_an_error_of_a_callback_cancels_everything_and_the_engine_goes_on(name: str, tasks: ModuleType) -> None:
    def stop(number: int, outcome: int | Failed) -> None:
        raise RuntimeError("stop")

    before = set(multiprocessing.active_children())
    start = time.monotonic()
    with ENGINES[name]() as engine:
        with pytest.raises(RuntimeError, match="stop"):
            engine.run(tasks.advance_slowly, [1, *[500] * 3], finished=stop)
        wait_for_the_end_of(before)
        assert time.monotonic() - start < 5
        assert engine.run(int, ["1", "2"]) == [1, 2]


def wait_for_the_end_of(before: set[multiprocessing.process.BaseProcess]) -> None:
    """Waits for processes that were told to end to be gone."""
    deadline = time.monotonic() + 5
    while set(multiprocessing.active_children()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(multiprocessing.active_children()) <= before


@pytest.mark.parametrize("name", IN_PROCESSES)
def test_a_task_that_kills_its_workers_loses_no_other(name: str, tmp_path: Path, tasks: ModuleType) -> None:
    before = set(multiprocessing.active_children())
    reports: list[float] = []
    with ENGINES[name]() as engine:
        outcomes = engine.run(tasks.die_at_first, [(tmp_path, n) for n in (0, 1, 9, 0)], progress=reports.append)
        assert outcomes[:2] + outcomes[3:] == [1, 2, 1]
        assert isinstance(outcomes[2], Failed)
        assert isinstance(outcomes[2].error, LostWorkerError)
        assert "was killed, alone as well" in outcomes[2].message
        assert reports == sorted(reports)
        assert engine.run(int, ["1", "2"]) == [1, 2]
    wait_for_the_end_of(before)


@pytest.mark.parametrize("name", ENGINES)
def test_processes_of_the_caller_are_left_alone(name: str, tasks: ModuleType) -> None:
    """Whether they were started before the engine's workers, while these worked, or between two stages."""
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=time.sleep, args=(60,), daemon=True) for _ in range(3)]
    children[0].start()
    with ENGINES[name]() as engine:
        engine.run(tasks.advance_slowly, [1, 1], finished=lambda number, _: None if number else children[1].start())
        children[2].start()
        program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        time.sleep(0.1)
        assert [child.is_alive() for child in children] == [True] * 3
        assert program.poll() is None
    finally:
        program.kill()
        program.wait()
        for child in children:
            child.kill()
            child.join()


def test_cores_are_those_that_this_process_may_use() -> None:
    assert n_cores() == len(os.sched_getaffinity(0))
