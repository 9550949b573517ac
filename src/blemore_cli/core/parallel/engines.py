"""The engines by name, and work spread over the workers of one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import Final

from blemore_cli.core.choices import EngineName
from blemore_cli.core.parallel.backend import LOCAL, Backend, CommonGround
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.local_pool import LocalPool
from blemore_cli.core.parallel.task_outcome import Failed, Result, Task


def _local(jobs: int, backend: Backend, ground: CommonGround | None) -> Engine:
    del backend, ground
    return LocalPool(jobs)


def _dask(jobs: int, backend: Backend, ground: CommonGround | None) -> Engine:
    from blemore_cli.core.parallel.dask_engine import DaskEngine

    del jobs
    return DaskEngine(backend, ground)


ENGINES: Final[dict[EngineName, Callable[[int, Backend, CommonGround | None], Engine]]] = {
    "local": _local,
    "dask": _dask,
}
"""What makes an engine of a number of jobs, what a command asks for, and what workers must have in common, by name."""


def new_engine(jobs: int, backend: Backend = LOCAL, ground: CommonGround | None = None) -> Engine:
    """An engine, whose workers start or are found with the first tasks.

    Args:
        jobs: Workers at most, where they are processes of this machine; 0 is one for each available core.
        backend: Name of the engine, and its address.
        ground: What workers of other machines must have in common with this process.

    Examples:
        >>> with new_engine(jobs=1) as engine:
        ...     print(engine.run(abs, [-2, 3]), engine.run(int, ["5", "five"])[1].message)
        [2, 3] ValueError: invalid literal for int() with base 10: 'five'
    """
    return ENGINES[backend.engine](jobs, backend, ground)


_kept: Final = ContextVar[dict[int, Engine] | None]("kept", default=None)
"""The engines of `workers_kept`, by their numbers of workers."""


@contextmanager
def workers_kept() -> Iterator[None]:
    """Keeps the workers of one `spread` for the next inside the block; starting them takes a second."""
    engines: dict[int, Engine] = {}
    token = _kept.set(engines)
    try:
        yield
    finally:
        _kept.reset(token)
        for engine in engines.values():
            engine.end()


@contextmanager
def _engine(jobs: int) -> Iterator[Engine]:
    kept = _kept.get()
    if kept is None:
        with new_engine(jobs) as engine:
            yield engine
    else:
        if jobs not in kept:
            kept[jobs] = new_engine(jobs)
        yield kept[jobs]


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    jobs: int,
    done: Callable[[int], None] = lambda _: None,
) -> list[Result]:
    """Carries out a single stage of tasks and returns the results in their order; the first error stops everything.

    With one worker everything happens in this process.

    Args:
        work: A function of a module, so that a new process can find it.
        tasks: Its arguments, which must pickle.
        jobs: Number of processes; 0 is one for each available core.
        done: Called with the number of tasks done, after each.

    Raises:
        BlemoreError: What a task raised, or if a process was killed.
    """
    n_done = count(1)

    def finished(number: int, outcome: Result | Failed) -> None:
        del number
        if isinstance(outcome, Failed):
            outcome.raise_again()
        done(next(n_done))

    with _engine(jobs) as engine:
        outcomes = engine.run(work, tasks, finished=finished)
    return [outcome for outcome in outcomes if not isinstance(outcome, Failed)]
