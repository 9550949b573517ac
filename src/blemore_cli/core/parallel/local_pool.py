"""Work spread over processes that end with their parent, and end at once when it is interrupted.

`Workers` keeps its processes from one stage of work to the next, since starting one costs seconds of importing torch.
`spread` is a single stage that stops at the first error.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import wait
from queue import Empty, SimpleQueue
from typing import Any, Self, TypeVar

from blemore_cli.core.errors import BlemoreError
from blemore_cli.core.parallel.progress import PERIOD, RunningTotal, SharedTotal, collect_progress, send_progress_to
from blemore_cli.core.parallel.task_outcome import Failed, attempt, attempt_for_parent, failure

Task = TypeVar("Task")
Result = TypeVar("Result")


def n_workers(jobs: int, n_tasks: int) -> int:
    """Processes to use: `jobs`, or one for each available core where it is 0; never more than there are tasks."""
    return max(1, min(jobs or n_cores(), n_tasks))


def n_cores() -> int:
    """Cores that this process may use, where the system tells, else all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    jobs: int,
    done: Callable[[int], None] = lambda _: None,
) -> list[Result]:
    """Does every task and returns the results in the order of the tasks; the first error stops everything.

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

    def finished(_: int, outcome: Result | Failed) -> None:
        if isinstance(outcome, Failed):
            outcome.raise_again()
        done(next(n_done))

    with Workers(jobs) as workers:
        outcomes = workers.run(work, tasks, finished=finished)
    return [outcome for outcome in outcomes if not isinstance(outcome, Failed)]


class Workers:
    """Processes that work through one stage of tasks after the other.

    They start when there is work for them, and no more of them than tasks wait at once. A stage with work for one is
    done in this process. An interruption, or an error of a callback, ends all of them at once.

    Args:
        jobs: Number of processes at most; 0 is one for each available core.

    Examples:
        >>> with Workers(jobs=1) as workers:
        ...     print(workers.run(abs, [-2, 3]), workers.run(int, ["5", "five"])[1].message)
        [2, 3] ValueError: invalid literal for int() with base 10: 'five'
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: _Pool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        *,
        progress: Callable[[float], None] = lambda _: None,
        finished: Callable[[int, Result | Failed], None] = lambda *_: None,
    ) -> list[Result | Failed]:
        """Does every task, also after one failed.

        Args:
            work: A function of a module, so that a new process can find it. It may call `progress.advance` at any time.
            tasks: Its arguments, which must pickle.
            progress: Called several times a second with the sum of the ticks of this stage, and at its end.
            finished: Called with the number of a task and its outcome as soon as it is there, in no certain order;
                what was told is done, whatever stops the stage later.

        Returns:
            What `work` returned or how it failed, in the order of the tasks.

        Raises:
            BlemoreError: If a process was killed.
        """
        outcomes: dict[int, Result | Failed] = {}
        try:
            for number, outcome in self._outcomes(work, tasks, progress):
                outcomes[number] = outcome
                finished(number, outcome)
        except BrokenProcessPool as error:
            self._end()
            raise BlemoreError(
                "a worker process was killed, most often because memory ran out", fix="Run again with a smaller --jobs."
            ) from error
        except BaseException:
            self._end()
            raise
        return [outcomes[number] for number in range(len(tasks))]

    def _outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Result | Failed]]:
        if n_workers(self._jobs, len(tasks)) == 1:
            return _outcomes_here(work, tasks, progress)
        self._pool = self._pool or _Pool(self._jobs or n_cores())
        return self._pool.outcomes(work, tasks, progress)

    def _end(self) -> None:
        if self._pool:
            self._pool.end()
        self._pool = None


def _outcomes_here(
    work: Callable[[Task], Result], tasks: Sequence[Task], progress: Callable[[float], None]
) -> Iterator[tuple[int, Result | Failed]]:
    total = RunningTotal(progress)
    for number, task in enumerate(tasks):
        with collect_progress(total.add):
            outcome = attempt(work, task)
        total.tell()
        yield number, outcome


class _Pool:
    """Started processes, and the total of their ticks."""

    def __init__(self, n_processes: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._others = set(multiprocessing.active_children())
        self._total = SharedTotal(context)
        self._executor = ProcessPoolExecutor(n_processes, context, _begin, (self._total,))

    def outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Result | Failed]]:
        """Yields the number and outcome of every task as it finishes; if a process is killed, of those that had."""
        before = self._total.read()
        numbers = {self._submitted(work, task): number for number, task in enumerate(tasks)}
        broken: BaseException | None = None
        for future in _as_finished(numbers, lambda: progress(self._total.read() - before)):
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                broken = error
            else:  # an error here is one of sending the task or its result
                yield numbers[future], failure(error) if isinstance(error, Exception) else future.result()
        if broken:
            raise broken

    def _submitted(self, work: Callable[[Task], Result], task: Task) -> "Future[Result | Failed]":
        try:
            with _interrupts_held():
                return self._executor.submit(attempt_for_parent, work, task)
        except BrokenProcessPool as error:
            future: Future[Result | Failed] = Future()
            future.set_exception(error)
            return future

    def end(self) -> None:
        """Ends the processes at once, whether they work, wait, or have not even begun."""
        for child in set(multiprocessing.active_children()) - self._others:
            child.terminate()
        self._executor.shutdown(wait=False, cancel_futures=True)


def _as_finished(futures: "Collection[Future[Any]]", progress: Callable[[], None]) -> "Iterator[Future[Any]]":
    """Yields futures as they finish; calls `progress` before each, and every `PERIOD` seconds in between."""
    finished: SimpleQueue[Future[Any]] = SimpleQueue()
    for future in futures:
        future.add_done_callback(finished.put)
    for _ in futures:
        while (arrived := _next(finished)) is None:
            progress()
        progress()
        yield arrived


def _next(finished: "SimpleQueue[Future[Any]]") -> "Future[Any] | None":
    try:
        return finished.get(timeout=PERIOD)
    except Empty:
        return None


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A process started inside begins deaf to Ctrl-C: it would die of it, noisily, before it could ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(total: SharedTotal) -> None:
    """Leaves Ctrl-C to the parent, and ends this process when the parent is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    send_progress_to(total.add)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
