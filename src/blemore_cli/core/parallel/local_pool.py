"""Local process pool: the engine whose workers are processes of this machine.

The processes stay from one stage of work to the next, since starting one costs seconds of importing torch. They end
with their parent, however it went, and at once when it is interrupted.
"""

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import connection
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from blemore_cli.core.errors import LostWorkerError
from blemore_cli.core.parallel.engine import IMPORTED_BY_WORKERS, Engine, n_cores
from blemore_cli.core.parallel.progress import PERIOD, RunningTotal, SharedTotal, collect_progress, send_progress_to
from blemore_cli.core.parallel.task_outcome import Failed, Result, Task, attempt, attempt_for_parent, failure


class LocalPool(Engine):
    """Worker processes of this machine; a stage with work for one is done in this process.

    Processes start when there is work for them, and no more of them than tasks wait at once.

    Args:
        jobs: Number of processes at most; 0 is one for each available core.
    """

    def __init__(self, jobs: int) -> None:
        self._n_processes = jobs or n_cores()
        self._pool: _Pool | None = None

    def outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Result | Failed]]:
        """Yields the number and outcome of every task as it finishes.

        If a process is killed, the tasks that were under way are tried again one at a time, as it may have been for the
        memory that they needed together; one that is killed alone has failed with a `LostWorkerError`.
        """
        if min(self._n_processes, len(tasks)) <= 1:
            yield from _outcomes_here(work, tasks, progress)
            return
        waiting, before = dict(enumerate(tasks)), 0.0
        while waiting:
            pool = self._pool = self._pool or _Pool(self._n_processes)
            try:
                for number, outcome in pool.outcomes(work, waiting, partial(_report, progress, before)):
                    del waiting[number]
                    yield number, outcome
            except BrokenProcessPool:
                before += pool.amount
                self.end()
                for number in sorted(waiting)[: self._n_processes]:  # tasks begin in their order
                    yield number, self._alone(work, waiting.pop(number))

    def _alone(self, work: Callable[[Task], Result], task: Task) -> Result | Failed:
        self._pool = _Pool(1)
        try:
            ((_, outcome),) = self._pool.outcomes(work, {0: task}, lambda _: None)
        except BrokenProcessPool:
            outcome = failure(_killed_alone())
        self.end()
        return outcome

    def end(self) -> None:
        """Ends the processes at once."""
        if self._pool:
            self._pool.end()
        self._pool = None


class _RecordingContext(SpawnContext):
    """Starts processes as a `spawn` context does, and keeps a list of those that it made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[SpawnProcess] = []

    def Process(self, *args: Any, **options: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802
        """Makes a process, which is not started yet."""
        process = SpawnProcess(*args, **options)
        self.made.append(process)
        return process


def _report(progress: Callable[[float], None], before: float, amount: float) -> None:
    progress(before + amount)


def _outcomes_here(
    work: Callable[[Task], Result], tasks: Sequence[Task], progress: Callable[[float], None]
) -> Iterator[tuple[int, Result | Failed]]:
    total = RunningTotal(progress)
    for number, task in enumerate(tasks):
        with collect_progress(total.add):
            outcome = attempt(work, task)
        total.report()
        yield number, outcome


def _killed_alone() -> LostWorkerError:
    return LostWorkerError(
        "a worker process must live as long as its task, and was killed, alone as well, most often as memory ran out",
        fix="Free memory, or run on a machine with more; finished work is kept.",
    )


class _Pool:
    """Started processes, and the total of their progress."""

    def __init__(self, n_processes: int) -> None:
        self._context = _RecordingContext()
        self.amount = 0.0  # of progress, in the stage that runs or ran last
        self._total = SharedTotal(self._context)
        modules = tuple(IMPORTED_BY_WORKERS)
        _import(modules)  # where one cannot be imported, the error is raised here and not in every worker
        self._executor = ProcessPoolExecutor(n_processes, self._context, _begin, (self._total, modules))

    def outcomes(
        self, work: Callable[[Task], Result], tasks: Mapping[int, Task], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Result | Failed]]:
        """Yields the number and outcome of every task as it finishes.

        Raises:
            BrokenProcessPool: If a process was killed, after the outcomes of those that had finished.
        """
        before = self._total.read()
        numbers: dict[Future[Result | Failed], int] = {}
        broken: BaseException | None = None
        try:
            for number, task in tasks.items():
                with _interrupts_held():
                    numbers[self._executor.submit(attempt_for_parent, work, task)] = number
        except BrokenProcessPool as lost:
            broken = lost
        pending = set(numbers)
        while pending:
            finished, pending = wait(pending, PERIOD, FIRST_COMPLETED)
            self.amount = self._total.read() - before
            progress(self.amount)
            for future in finished:
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    broken = error
                else:  # an error here is one of sending the task or its result
                    yield numbers[future], failure(error) if isinstance(error, Exception) else future.result()
        if broken:
            raise broken

    def end(self) -> None:
        """Ends the processes at once, whether they work, wait, or have not even begun."""
        for process in self._context.made:
            if process.pid is not None:  # it was started
                process.terminate()
        self._executor.shutdown(cancel_futures=True)  # waits, as the exit of Python would race with it for a pipe


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Blocks Ctrl-C for a process started inside: it would die of it, noisily, before it could ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(total: SharedTotal, modules: Sequence[str]) -> None:
    """Prepares a worker, which leaves Ctrl-C to the parent, and ends when the parent is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    send_progress_to(total.add)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _import(modules)


def _import(modules: Sequence[str]) -> None:
    for name in modules:
        importlib.import_module(name)


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
