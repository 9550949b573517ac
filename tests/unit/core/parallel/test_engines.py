"""Engines by name, and work spread over one."""

import operator
import os
from types import ModuleType

import pytest

from blemore_cli.core.choices import EngineName
from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.core.labels import check_emotion
from blemore_cli.core.parallel.backend import Backend
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.engines import ENGINES, new_engine, spread, workers_kept


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_is_made_by_its_name(name: EngineName) -> None:
    with new_engine(1, Backend(name)) as engine:
        assert isinstance(engine, Engine)


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


def test_workers_are_kept_inside_the_block_alone(tasks: ModuleType) -> None:
    def workers() -> set[int]:
        return set(spread(tasks.advance_slowly, range(8), jobs=2))

    with workers_kept():
        first, second = workers(), workers()
    assert first & second
    assert not workers() & first
