"""Dask engine: the engine whose workers are those of a `dask.distributed` scheduler, on this or other machines.

The scheduler and its workers are somebody else's: nothing here starts or ends one. They share a file system, under the
same paths, and an environment of the same versions.
"""

import logging
import platform
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from blemore_cli import __version__
from blemore_cli.core.errors import EngineError, UsageError
from blemore_cli.core.files import TEMPORARY, write_text
from blemore_cli.core.optional_package import check_installed
from blemore_cli.core.parallel.backend import Backend, CommonGround
from blemore_cli.core.parallel.dask_attempt import FOLDER, PACKAGES, Facts, packed
from blemore_cli.core.parallel.dask_stage import DaskStage, Terms, no_worker, workers_of
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.task_outcome import Failed, Result, Task, failure

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS: Final = 10
PATIENCE: Final = 120.0
"""Seconds without a worker, after which the engine gives up."""


class DaskEngine(Engine):
    """Workers of a scheduler, each with one thread; it connects when there is work.

    Args:
        backend: The scheduler's address.
        ground: What workers must have in common; nothing but the versions where it is None.
        patience: Seconds without a worker that fits, after which it gives up.
    """

    def __init__(self, backend: Backend, ground: CommonGround | None = None, *, patience: float = PATIENCE) -> None:
        self._backend, self._ground, self._patience = backend, ground, patience
        self._client: Client | None = None
        self._common: str | None = (ground.known if ground else "") or None
        self._unfit: dict[str, str] = {}

    def outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Result | Failed]]:
        """Yields the number and outcome of every task as it finishes.

        Raises:
            EngineError: If the scheduler is lost, if no worker is there or fits, or if three workers were lost at the
                same task.
        """
        if self._common is None and tasks:
            list(self._stage(_nothing, [None], progress))  # one worker says what the others must have in common
            if self._ground and self._common:
                self._ground.settle(self._common)
        yield from self._stage(work, tasks, progress)

    def _stage(
        self, work: Callable[[Task], Result], tasks: Sequence[Task], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Result | Failed]]:
        contents: dict[int, bytes] = {}
        for number, task in enumerate(tasks):
            try:
                contents[number] = packed((self._inspect, self._common, work, task))
            except Exception as error:  # it cannot be sent
                yield number, failure(error)
        with self._token() as token:
            terms = Terms(self._wanted(token), str(token or ""), self._common, self._patience)
            stage = DaskStage(self._connected(), terms, self._unfit, self._backend.note)
            for number, attempted in stage.attempts(contents, progress):
                self._common = attempted.common or self._common
                yield number, attempted.outcome

    def default_slots(self) -> int:
        """The number of workers that are connected; it waits for the first."""
        client = self._connected()
        with suppress(TimeoutError):
            client.wait_for_workers(1, timeout=self._patience)
        n_workers = len(workers_of(client))
        if not n_workers:
            raise no_worker(client, self._patience)
        return n_workers

    def end(self) -> None:
        """Gives back what waits, and disconnects; a task that a worker is at is finished there, for nobody."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.close(timeout=2)

    @property
    def _inspect(self) -> Callable[[], str]:
        return self._ground.inspect if self._ground else _nothing_in_common

    def _connected(self) -> "Client":
        self._client = self._client or connect(self._backend.address)
        return self._client

    def _wanted(self, token: Path | None) -> Facts:
        python = ".".join(platform.python_version_tuple()[:2])
        wanted = {"threads": "1", "python": python, "blemore": __version__}
        wanted |= {name: metadata.version(name) for name in PACKAGES}
        return wanted | ({FOLDER: token.name} if token else {})

    @contextmanager
    def _token(self) -> Iterator[Path | None]:
        """A file in the common folder, whose content is its name, as long as a stage takes."""
        if self._ground is None:
            yield None
            return
        path = self._ground.folder / f"{TEMPORARY}{uuid.uuid4().hex}"
        write_text(path, path.name)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def connect(address: str) -> "Client":
    """A connection to a scheduler.

    Raises:
        UsageError: If the package is not installed, or there is no address.
        EngineError: If there is no scheduler.
    """
    check_distributed()
    if not address:
        raise UsageError(
            "--engine dask needs the address of a scheduler",
            fix="Add --address tcp://HOST:PORT, or set BLEMORE_ADDRESS.",
        )
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # the errors here say it in words
    try:
        with warnings.catch_warnings(action="ignore"):  # of versions, which are checked in every attempt
            return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, ImportError, RuntimeError) as error:
        raise EngineError(
            f"a Dask scheduler must be at {address}, and none answered: {str(error) or type(error).__name__}",
            fix="Check the address, or start one: docs/cluster.md. Go on with --resume if the run was begun.",
        ) from error


def check_scheduler(address: str) -> None:
    """Refuses an address where no scheduler answers, before anything is written.

    Raises:
        UsageError: If the package is not installed, or there is no address.
        EngineError: If there is no scheduler.
    """
    connect(address).close()


def check_distributed() -> None:
    """Refuses an engine whose package is not there.

    Raises:
        UsageError: If the package distributed is not installed.
    """
    check_installed("distributed", "--engine dask", extra="cluster", otherwise="use --engine local")


def _nothing(_: None) -> None:
    """A task that tells what a worker has."""


def _nothing_in_common() -> str:
    return "nothing"
