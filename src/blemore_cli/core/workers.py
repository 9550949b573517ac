"""Work spread over processes that end with their parent, and end at once when it is interrupted."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TypeVar

from blemore_cli.core.errors import BlemoreError

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
    """Does every task and returns the results in the order of the tasks.

    With one worker everything happens in this process.

    Args:
        work: A function of a module, so that a new process can find it.
        tasks: Its arguments, which must pickle.
        jobs: Number of processes; 0 is one for each available core.
        done: Called with the number of tasks done, after each.

    Raises:
        BlemoreError: What a task raised, or if a process was killed.
    """
    workers = n_workers(jobs, len(tasks))
    if workers == 1:
        return [_told(work(task), done, count) for count, task in enumerate(tasks, 1)]
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, context, _live_and_die_with_parent)
    try:
        futures = [executor.submit(work, task) for task in tasks]
        for count, future in enumerate(as_completed(futures), 1):
            _told(future.result(), done, count)
        return [future.result() for future in futures]
    except BrokenProcessPool as error:
        raise BlemoreError(
            "a worker process was killed, most often because memory ran out", fix="Run again with a smaller --jobs."
        ) from error
    except BaseException:
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        raise
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _told(result: Result, done: Callable[[int], None], count: int) -> Result:
    done(count)
    return result


def _live_and_die_with_parent() -> None:
    """Leaves Ctrl-C to the parent, and ends this process when the parent is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
