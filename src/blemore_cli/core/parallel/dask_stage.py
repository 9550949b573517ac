"""Stage of tasks on a Dask cluster: submission, progress by events, lost and unfit workers, and the watch for none."""

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from blemore_cli.core.errors import EngineError
from blemore_cli.core.parallel.dask_attempt import FOLDER, Attempted, Facts, attempt_by_value, unpacked
from blemore_cli.core.parallel.engine import IMPORTED_BY_WORKERS
from blemore_cli.core.parallel.progress import PERIOD
from blemore_cli.core.parallel.task_outcome import failure

if TYPE_CHECKING:
    from distributed import Client, Future

RETRIES: Final = 2
"""How often a task is tried again whose worker was lost."""

LOOK_SECONDS: Final = 1.0
"""Seconds between two looks at which workers are connected."""

NOTE_SECONDS: Final = 5.0
"""Seconds without a worker after which it is noted."""

RESUME: Final = "finished work is kept: go on with --resume."


@dataclass(frozen=True)
class Terms:
    """What a worker must meet to be given tasks.

    Attributes:
        facts: What it must have.
        token: Path of a file that it must read; its content is one of the facts.
        common: What must be the same for all workers; None where it is not known yet.
        patience: Seconds without a worker that fits, after which a stage is given up.
    """

    facts: Facts
    token: str
    common: str | None
    patience: float


class DaskStage:
    """One stage of tasks.

    Args:
        client: The connection to the scheduler.
        terms: What workers must meet.
        unfit: Why workers were refused, by their addresses; those of this stage are added.
        note: Receives what is good to know about workers.
    """

    def __init__(self, client: "Client", terms: Terms, unfit: dict[str, str], note: Callable[[str], None]) -> None:
        self._client, self._terms, self._unfit, self._note = client, terms, unfit, note
        self._topic = f"blemore-{uuid.uuid4().hex}"
        self._contents: Mapping[int, bytes] = {}
        self._futures: dict[int, Future] = {}
        self._reserved: dict[int, set[str]] = {}  # the workers that fit, of tasks that an unfit one was given before
        self._arrived: SimpleQueue[tuple[int, Future]] = SimpleQueue()
        self._amount: dict[int, float] = {}
        self._starts: dict[int, set[str]] = defaultdict(set)
        self._last_look, self._last_worker, self._has_noted = 0.0, time.monotonic(), False

    def attempts(
        self, contents: Mapping[int, bytes], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Attempted]]:
        """Carries out tasks, given as bytes by their numbers; yields each with what came of it, as it finishes.

        Raises:
            EngineError: If the scheduler or workers are lost, or none fits.
        """
        self._contents = contents
        try:
            self._client.subscribe_topic(self._topic, self._receive)
            self._last_worker = time.monotonic()
            for number in contents:
                self._submit(number)
            while self._futures:
                self._look()
                for number, attempted in self._finished():
                    progress(sum(self._amount.values()))
                    yield number, attempted
                progress(sum(self._amount.values()))
        finally:
            with suppress(Exception):  # where the connection is lost, there is nothing to cancel
                self._client.unsubscribe_topic(self._topic)
                self._client.cancel(list(self._futures.values()))

    def _receive(self, event: tuple[float, tuple[int, str, float]]) -> None:
        """Takes an event of a worker: the number of a task, the name of the attempt, and how much is done of it."""
        _, (number, name, amount) = event
        self._starts[number].add(name)
        self._amount[number] = amount

    def _submit(self, number: int) -> None:
        workers = set(workers_of(self._client)) - set(self._unfit) if self._unfit else set()
        if workers:
            self._reserved[number] = workers
        delivery = (self._topic, number, tuple(IMPORTED_BY_WORKERS), self._contents[number])
        future = self._client.submit(
            attempt_by_value(),
            self._terms.facts,
            self._terms.token,
            delivery,
            key=f"{self._topic}-{number}-{uuid.uuid4().hex}",
            workers=list(workers) or None,
            pure=False,
        )
        self._futures[number] = future
        future.add_done_callback(lambda done: self._arrived.put((number, done)))

    def _finished(self) -> Iterator[tuple[int, Attempted]]:
        """Waits a moment for the next tasks that are done; those of workers that do not fit are submitted again."""
        with suppress(Empty):
            number, future = self._arrived.get(timeout=PERIOD)
            while True:
                if self._futures.get(number) is future:
                    attempted = self._attempted(number, future)
                    if attempted is not None:
                        del self._futures[number]
                        yield number, attempted
                number, future = self._arrived.get_nowait()

    def _attempted(self, number: int, future: "Future") -> Attempted | None:
        """What came of an attempt; None where it has to be repeated."""
        from distributed import KilledWorker

        try:
            facts, content = future.result(timeout=LOOK_SECONDS)
        except TimeoutError:  # its result went with its worker, and is computed again
            future.add_done_callback(lambda done: self._arrived.put((number, done)))
            return None
        except KilledWorker as error:
            raise self._lost_workers() from error
        except (OSError, CancelledError) as error:
            raise lost_scheduler(self._client) from error
        except Exception as error:  # one of sending the task
            return Attempted(failure(error))
        attempted = unpacked(content) if content else Attempted(unfit=self._difference(facts))
        unfit = attempted.unfit or self._other_device(attempted.common)
        if unfit:
            self._refuse(facts["worker"], unfit)
            self._submit(number)
            return None
        self._amount[number] = attempted.amount
        return attempted

    def _other_device(self, here: str) -> str:
        """What a worker has instead of what all have in common, in words; empty where it has that."""
        common = self._terms.common
        if common is None or here in {common, ""}:
            return ""
        return f"a worker must compute on the device of the run, {common}, and it has {here}"

    def _difference(self, facts: Facts) -> str:
        """What a worker lacks, in words."""
        name, wanted = next((name, value) for name, value in self._terms.facts.items() if facts.get(name) != value)
        if name == "threads":
            return f"a worker must have one thread, and it has {facts[name]}: start it with --nthreads 1"
        if name == FOLDER:
            return f"a worker must see the folder {self._terms.token.rpartition('/')[0]}, and it does not"
        return f"a worker must have {name} {wanted}, and it has {facts.get(name, 'none')}"

    def _refuse(self, worker: str, reason: str) -> None:
        self._unfit[worker] = reason
        others = set(workers_of(self._client)) - set(self._unfit)
        if not others:
            raise EngineError(f"{reason} ({worker})", fix=f"Start workers that do, and {RESUME}")
        self._note(f"worker {worker} is given no tasks: {reason}")

    def _look(self) -> None:
        """Looks after the workers once in a while."""
        now = time.monotonic()
        if self._client.status != "running":
            raise lost_scheduler(self._client)
        if any(len(names) > RETRIES + 1 for names in self._starts.values()):
            raise self._lost_workers()
        if now - self._last_look < LOOK_SECONDS:
            return
        self._last_look = now
        fit = set(workers_of(self._client)) - set(self._unfit)
        if fit:
            self._last_worker, self._has_noted = now, False
            self._submit_again(fit)
        self._complain(now - self._last_worker)

    def _submit_again(self, fit: set[str]) -> None:
        """Tasks that were reserved for workers that are gone are given to others."""
        for number, workers in list(self._reserved.items()):
            if number in self._futures and not workers & fit:
                self._client.cancel([self._futures.pop(number)])
                self._submit(number)

    def _complain(self, seconds: float) -> None:
        if seconds > self._terms.patience:
            raise no_worker(self._client, self._terms.patience)
        if seconds > NOTE_SECONDS and not self._has_noted:
            self._has_noted = True
            self._note(
                f"no worker is connected to {_address(self._client)}; waiting {self._terms.patience:g} s at most"
            )

    def _lost_workers(self) -> EngineError:
        return EngineError(
            f"a worker must live as long as its task, and {RETRIES + 1} were lost at the same one",
            fix=f"Give workers more memory (or a longer time limit), and {RESUME}",
        )


def workers_of(client: "Client") -> dict[str, Any]:
    """The workers that are connected to a scheduler, by their addresses.

    Raises:
        EngineError: If the scheduler is lost.
    """
    try:
        workers: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    except (OSError, CancelledError, RuntimeError, TimeoutError, AttributeError) as error:
        raise lost_scheduler(client) from error
    return workers


def lost_scheduler(client: "Client") -> EngineError:
    """The error of a scheduler that went away."""
    return EngineError(
        f"the Dask scheduler at {_address(client)} must stay as long as the command, and is gone",
        fix=f"Start it again with its workers; {RESUME}",
    )


def no_worker(client: "Client", patience: float) -> EngineError:
    """The error of a scheduler without workers that fit."""
    return EngineError(
        f"a worker must be connected to {_address(client)}, and none that fits was for {patience:g} s",
        fix=f"Start workers (docs/cluster.md); {RESUME}",
    )


def _address(client: "Client") -> str:
    return str(client._start_arg)
