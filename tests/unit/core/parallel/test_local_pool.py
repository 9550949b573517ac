"""Work over processes: order, failures, ticks, and how it ends."""

import importlib
import multiprocessing
import operator
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.core.labels import check_emotion
from blemore_cli.core.parallel.local_pool import Workers, n_workers, spread
from blemore_cli.core.parallel.task_outcome import Failed

Outcomes = dict[int, "int | Failed"]


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module that worker processes find by its name, as they do not find a test."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return importlib.import_module("tasks_for_workers")


def messages(outcomes: list[object]) -> list[object]:
    return [outcome.message if isinstance(outcome, Failed) else outcome for outcome in outcomes]


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_tasks(jobs: int) -> None:
    counts: list[int] = []
    assert spread(operator.neg, range(7), jobs=jobs, done=counts.append) == [-value for value in range(7)]
    assert counts == list(range(1, 8))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_a_task_reaches_the_caller(jobs: int) -> None:
    with pytest.raises(DataError, match="joy") as caught:
        spread(check_emotion, ["joy", "joy"], jobs=jobs)
    assert caught.value.fix == "Correct the emotion name."
    assert ("in a worker process" in "".join(getattr(caught.value, "__notes__", []))) is (jobs == 2)


def test_a_killed_worker_is_told() -> None:
    with pytest.raises(BlemoreError, match="killed"):
        spread(os._exit, [9, 9], jobs=2)


def test_number_of_workers() -> None:
    assert n_workers(8, 3) == 3
    assert n_workers(0, 1000) == len(os.sched_getaffinity(0))
    assert n_workers(2, 0) == 1


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_failed_task_loses_no_other(jobs: int) -> None:
    with Workers(jobs) as workers:
        outcomes = workers.run(int, ["0", "one", "2", "three", "4"])
    assert messages(list(outcomes)) == [
        0,
        "ValueError: invalid literal for int() with base 10: 'one'",
        2,
        "ValueError: invalid literal for int() with base 10: 'three'",
        4,
    ]


def test_what_cannot_be_sent_fails_alone() -> None:
    with Workers(2) as workers:
        outcomes = workers.run(type, [1, lambda: None, 2.0])
    assert outcomes[::2] == [int, float]
    assert isinstance(outcomes[1], Failed)
    assert "pickle" in outcomes[1].message


def test_one_pool_serves_every_stage(tasks: ModuleType) -> None:
    with Workers(2) as workers:
        first = set(workers.run(tasks.tick_slowly, [3] * 4))
        second = set(workers.run(tasks.tick_slowly, [3] * 4))
        alone = workers.run(tasks.tick_slowly, [1])
    assert len(first) == 2
    assert second == first
    assert alone == [os.getpid()]
    assert Workers(2).run(tasks.tick_slowly, []) == []


def test_no_more_processes_than_tasks(tasks: ModuleType) -> None:
    before = set(multiprocessing.active_children())
    with Workers(8) as workers:
        assert set(multiprocessing.active_children()) == before
        workers.run(tasks.tick_slowly, [1, 1])
        assert len(set(multiprocessing.active_children()) - before) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_ticks_of_all_tasks_are_seen_as_they_come(jobs: int, tasks: ModuleType) -> None:
    seen: list[tuple[float, float]] = []
    with Workers(jobs) as workers:
        for _ in range(2):  # every stage counts from zero
            seen.clear()
            workers.run(tasks.tick_slowly, [20, 20], progress=lambda amount: seen.append((time.monotonic(), amount)))
            assert seen[-1][1] == 40
    amounts = [amount for _, amount in seen]
    assert amounts == sorted(amounts)
    assert len(set(amounts)) >= 4
    assert max(later - sooner for (sooner, _), (later, _) in pairwise(seen)) < 0.5


@pytest.mark.parametrize("jobs", [1, 2])
def test_thousands_of_ticks_are_cheap_and_none_is_lost(jobs: int, tasks: ModuleType) -> None:
    seen: list[float] = []
    start = time.monotonic()
    with Workers(jobs) as workers:
        workers.run(tasks.tick_often, [20_000, 20_000], progress=seen.append)
    assert seen[-1] == 20_000
    assert len(seen) < 100
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("jobs", [1, 2])
def test_outcomes_are_told_as_they_come(jobs: int) -> None:
    told: Outcomes = {}
    with Workers(jobs) as workers:
        returned = workers.run(int, ["3", "4", "5"], finished=told.__setitem__)
    assert [told[number] for number in range(3)] == returned == [3, 4, 5]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_a_callback_stops_everything(jobs: int, tasks: ModuleType) -> None:
    def stop(number: int, outcome: int | Failed) -> None:
        raise RuntimeError("stop")

    before = set(multiprocessing.active_children())
    start = time.monotonic()
    with Workers(jobs) as workers, pytest.raises(RuntimeError, match="stop"):
        workers.run(tasks.tick_slowly, [1, *[500] * 3], finished=stop)
    wait_for_the_end_of(before)
    assert time.monotonic() - start < 5


def wait_for_the_end_of(before: set[multiprocessing.process.BaseProcess]) -> None:
    """Waits for processes that were told to end to be gone."""
    deadline = time.monotonic() + 5
    while set(multiprocessing.active_children()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(multiprocessing.active_children()) <= before


def test_a_killed_worker_stops_everything_and_what_was_finished_is_kept(tmp_path: Path, tasks: ModuleType) -> None:
    before = set(multiprocessing.active_children())
    told: Outcomes = {}
    start = time.monotonic()
    with Workers(3) as workers:
        with pytest.raises(BlemoreError, match="killed"):
            workers.run(tasks.die_after_others, [(tmp_path, n) for n in range(5)], finished=told.__setitem__)
        assert told == {0: 0, 1: 1, 2: 2}
        assert workers.run(int, ["1", "2"]) == [1, 2]
    wait_for_the_end_of(before)
    assert time.monotonic() - start < 10


SCRIPT = """
import os, signal, sys, time
from blemore_cli.core.parallel.local_pool import Workers

def work(number):
    open(os.path.join(sys.argv[1], str(os.getpid())), "w").close()
    time.sleep(60)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a test run in the background does not inherit
    try:
        print("starting", flush=True)
        with Workers(2) as workers:
            workers.run(work, [0, 1, 2])
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
