"""Abstract base of engines: the seam between an experiment and the processes that carry out its tasks."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Self

from blemore_cli.core.parallel.task_outcome import Failed, Result, Task

IMPORTED_BY_WORKERS: Final[list[str]] = []
"""Names of modules that every worker process imports before its first task.

A worker process starts with nothing but the package. A class that another module registers (a fusion, a reader) is
known there only if its module is imported there: whoever registers it appends the module's name to this list, before
the first engine starts its workers.
"""


class Engine(ABC):
    """Carries out one stage of tasks after the other, and keeps its workers from stage to stage.

    Contract of every engine:

    - Outcomes come back in the order of the tasks. A task that raises loses no other: its outcome is a `Failed`.
    - A task may run twice, when a worker was lost: it must write atomically and with the same bytes each time. One
      whose workers are lost again and again loses no other where the engine can tell: a `LostWorkerError`.
    - Tasks, results and `work` travel between processes, so they must pickle; `work` is a function of a module.
    - An error of a callback, or Ctrl-C, cancels everything at once. The engine can be used again after it.
    - Only processes that the engine itself started are ended by it.
    - An engine is a context manager: its workers end with the block.

    A child writes `outcomes` and `end`.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def run(
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        *,
        progress: Callable[[float], None] = lambda _: None,
        finished: Callable[[int, Result | Failed], None] = lambda *_: None,
    ) -> list[Result | Failed]:
        """Carries out every task, also after one failed.

        Args:
            work: A function of a module, so that a new process can find it. It may call `progress.advance` at any time.
            tasks: Its arguments, which must pickle.
            progress: Called several times a second with the sum of the amounts of this stage, and at its end.
            finished: Called with the number of a task and its outcome as soon as it is there, in no certain order;
                these tasks are done, whatever stops the stage later.

        Returns:
            What `work` returned or how it failed, in the order of the tasks.

        Raises:
            EngineError: If workers on other machines were lost.
        """
        outcomes: dict[int, Result | Failed] = {}
        try:
            for number, outcome in self.outcomes(work, tasks, progress):
                outcomes[number] = outcome
                finished(number, outcome)
        except BaseException:
            self.end()
            raise
        return [outcomes[number] for number in range(len(tasks))]

    @abstractmethod
    def outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Result | Failed]]:
        """Yields the number and the outcome of every task as it finishes.

        Raises:
            EngineError: If workers on other machines were lost; the outcomes of finished tasks are yielded first.
        """

    def default_slots(self) -> int:
        """The number of processes that a run which begins here plans its stacks for, where none is asked for."""
        return n_cores()

    @abstractmethod
    def end(self) -> None:
        """Ends the workers at once, whether they work, wait, or have not even begun; they start again when needed."""


def n_cores() -> int:
    """Cores that this process may use, where the system tells, else all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
