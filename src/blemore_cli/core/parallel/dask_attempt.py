"""Attempt at a task in a worker of a Dask cluster: checks of the worker, then the task, then the outcome as bytes."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final

from blemore_cli.core.errors import BlemoreError
from blemore_cli.core.parallel.progress import RunningTotal, collect_progress
from blemore_cli.core.parallel.task_outcome import Failed, attempt_for_parent, failure

Facts = dict[str, str]
Delivery = tuple[str, int, tuple[str, ...], bytes]
"""What `carry_out` takes: no more than its bytes is known of a task before the worker is checked."""

Attempt = Callable[[Facts, str, Delivery], tuple[Facts, bytes]]

FOLDER: Final = "run folder"
PACKAGES: Final = ("torch", "numpy")


@dataclass(frozen=True)
class Attempted:
    """What came out of an attempt.

    Attributes:
        outcome: The result, or how it failed.
        common: What must be the same for all workers; empty where the worker could not take the task.
        amount: Progress of the task, in all.
        unfit: Why the worker could not take the task; empty where it could.
    """

    outcome: Any = None
    common: str = ""
    amount: float = 0.0
    unfit: str = ""


def attempt_by_value() -> Attempt:
    """The function that a worker carries out: facts about the worker, and an `Attempted` as bytes if they are wanted.

    It travels by value: a worker of another version of this package may have none of that name, or another. Only plain
    Python is in it, therefore, and it imports what it needs when it is called.
    """

    def attempt(wanted: dict[str, str], token: str, delivery: Any) -> tuple[dict[str, str], bytes]:
        from importlib import import_module, metadata
        from pathlib import Path
        from sys import version_info

        from distributed import get_worker

        worker = get_worker()
        facts = {"worker": worker.address, "threads": str(worker.state.nthreads)}
        facts |= {"python": f"{version_info[0]}.{version_info[1]}"}
        try:
            facts["blemore"] = str(import_module("blemore_cli").__version__)
            facts |= {name: metadata.version(name) for name in ("torch", "numpy")}
            facts["run folder"] = Path(token).read_text(encoding="utf-8")
        except (ImportError, OSError):
            pass
        if any(facts.get(name) != value for name, value in wanted.items()):
            return facts, b""
        carry_out = import_module("blemore_cli.core.parallel.dask_attempt").carry_out
        return facts, carry_out(*delivery)

    return attempt


def packed(content: Any) -> bytes:
    """Bytes of what is sent, as for a process of this machine.

    Raises:
        Exception: Of any kind, if it cannot be sent.
    """
    return bytes(ForkingPickler.dumps(content))


def unpacked(content: bytes) -> Any:
    """What was sent."""
    return ForkingPickler.loads(content)


def carry_out(topic: str, number: int, modules: Sequence[str], content: bytes) -> bytes:
    """Carries out a task in a worker that was checked.

    Args:
        topic: Topic of the events that report its progress.
        number: Number of the task.
        modules: Names of modules that are imported first.
        content: What is inspected, what is common, the work and the task, pickled.

    Returns:
        An `Attempted`, pickled.
    """
    from distributed import get_worker

    worker, name = get_worker(), uuid.uuid4().hex
    total = RunningTotal(lambda amount: worker.log_event(topic, (number, name, amount)))
    total.report()
    try:
        for module in modules:
            import_module(module)
        inspect, common, work, task = unpacked(content)
    except Exception as error:
        return packed(Attempted(_sendable(failure(error))))
    with collect_progress(total.add):
        return _as_bytes(_attempted(inspect, common, work, task), total)


def _attempted(inspect: Callable[[], str], common: str | None, work: Callable[[Any], Any], task: Any) -> Attempted:
    try:
        here = inspect()
    except BlemoreError as error:
        return Attempted(unfit=error.message)
    if common not in {None, here}:
        return Attempted(common=here)
    return Attempted(attempt_for_parent(work, task), here)


def _as_bytes(attempted: Attempted, total: RunningTotal) -> bytes:
    try:
        return packed(Attempted(attempted.outcome, attempted.common, total.amount, attempted.unfit))
    except Exception as error:  # the result cannot be sent
        return packed(Attempted(_sendable(failure(error)), attempted.common, total.amount))


def _sendable(failed: Failed) -> Failed:
    return Failed(RuntimeError(failed.message), failed.message, failed.trace)
