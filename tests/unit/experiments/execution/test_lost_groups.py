"""Groups of trainings on an engine whose workers are killed where a stack is larger than their memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from tests.fixtures.units import inner_unit

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import LostWorkerError
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.task_outcome import Failed, failure
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.experiments.execution import lost_groups
from blemore_cli.experiments.execution.lost_groups import train_groups
from blemore_cli.experiments.execution.unit import InnerUnit
from blemore_cli.experiments.execution.worker import Failure


class SmallWorkers(Engine):
    """Workers that are killed by a group of more units than their memory holds."""

    def __init__(self, memory: int) -> None:
        self.memory, self.sizes = memory, list[int]()

    def outcomes(
        self, work: Callable[[Any], Any], tasks: Sequence[Any], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Any | Failed]]:
        for number, task in enumerate(tasks):
            progress(0.0)
            self.sizes.append(len(task))
            yield number, work(task) if len(task) <= self.memory else failure(LostWorkerError("it was killed"))

    def end(self) -> None:
        pass


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the units in the order of their training."""
    names: list[str] = []

    def work_on(units: Sequence[InnerUnit], *, index: Index) -> list[Failure]:
        names.extend(unit.path.name for unit in units)
        return []

    monkeypatch.setattr(lost_groups, "work_on", work_on)
    return names


def units(n: int) -> tuple[InnerUnit, ...]:
    return tuple(inner_unit(f"unit{number}") for number in range(n))


def test_a_group_that_was_lost_is_halved_until_it_fits(project: Config, trained: list[str]) -> None:
    engine = SmallWorkers(memory=2)
    assert train_groups(engine, read_index(project.data.index), [units(7), units(2)]) == []
    assert sorted(trained) == sorted(unit.path.name for unit in (*units(7), *units(2)))
    assert engine.sizes == [7, 2, 3, 4, 1, 2, 2, 2]


def test_a_training_that_is_lost_alone_is_named(project: Config, trained: list[str]) -> None:
    first, second = train_groups(SmallWorkers(memory=0), read_index(project.data.index), [units(2)])
    assert (first.arm, second.arm, trained) == ("one", "one", [])
    assert first.error.message == ("one training, unit0 of seed 3, was more than its process may use: it was killed")
