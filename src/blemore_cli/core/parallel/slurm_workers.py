"""SLURM workers: jobs of one Dask worker each, for a scheduler of this process, by the package dask-jobqueue."""

import logging
import re
import shlex
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from blemore_cli.core.errors import EngineError, UsageError
from blemore_cli.core.optional_package import check_installed

if TYPE_CHECKING:
    from dask_jobqueue import SLURMCluster

TIME: Final = re.compile(r"(\d+-)?\d+:[0-5]\d:[0-5]\d")
"""A time limit; SLURM reads shorter ones, where `2:00` is two minutes."""
MEMORY: Final = re.compile(r"([1-9]\d*)([MGT])")
SCHEDULER: Final = "tcp://HOST:PORT"
"""Stands for the address in a script that is only shown."""


@dataclass(frozen=True)
class WorkerJobs:
    """Jobs of a queue, each with one worker of one thread.

    Attributes:
        n: How many.
        time: Limit of each, as `[DAYS-]HOURS:MINUTES:SECONDS`.
        memory: Of each, in units of 1024, as `4G`.

    Raises:
        UsageError: If a limit is written in another way.
    """

    n: int
    time: str
    memory: str

    def __post_init__(self) -> None:
        if not TIME.fullmatch(self.time):
            raise UsageError(
                f"--time must be hours, minutes and seconds, and is {self.time!r}",
                fix="Write 2:00:00 for two hours, 1-12:00:00 for a day and a half.",
            )
        if not MEMORY.fullmatch(self.memory):
            raise UsageError(
                f"--memory must be a whole number with M, G or T, and is {self.memory!r}",
                fix="Write 4G for four gigabytes a worker.",
            )

    @property
    def script(self) -> str:
        """The job script; the scheduler's address and the worker's name are put in when a job is submitted.

        Raises:
            UsageError: If the package is not installed.
        """
        check_jobqueue()
        from dask_jobqueue.slurm import SLURMJob

        script: str = SLURMJob(SCHEDULER, name="NAME", **self._options).job_script()
        return script.rstrip("\n")

    @property
    def _options(self) -> dict[str, Any]:
        """What dask-jobqueue is told; the rest is the user's own configuration of it, such as `interface`."""
        return {
            "cores": 1,
            "processes": 1,
            "memory": f"{self.memory}iB",
            "job_mem": self.memory,
            "walltime": self.time,
            "job_name": "blemore-worker",
            "python": shlex.quote(sys.executable),
        }

    @contextmanager
    def submitted(self) -> Iterator["WorkerPool"]:
        """Starts a scheduler in this process and submits the jobs; both are ended with the block.

        Raises:
            UsageError: If the package is not installed.
            EngineError: If SLURM is not there, or does not take the jobs.
        """
        check_jobqueue()
        check_slurm()
        import dask

        interrupt = signal.getsignal(signal.SIGINT)
        from dask_jobqueue import SLURMCluster

        signal.signal(signal.SIGINT, interrupt)  # which the package replaces when it is imported
        for logger in ("distributed", "tornado.application", "asyncio"):  # the errors here say it in words
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        options = {"dashboard": False, "dashboard_address": ":0"}
        options |= dask.config.get("jobqueue.slurm.scheduler-options", {})
        with SLURMCluster(scheduler_options=options, **self._options) as cluster:
            cluster.scale(jobs=self.n)
            try:
                cluster.sync(_settled, cluster)
            except RuntimeError as error:
                raise EngineError(
                    f"SLURM must take the jobs, and sbatch answers: {_answer(error)}",
                    fix="See the script with --print; SBATCH_PARTITION and SBATCH_ACCOUNT say where jobs go.",
                ) from error
            yield WorkerPool(cluster)


@dataclass(frozen=True)
class WorkerPool:
    """A scheduler and the workers that are connected to it."""

    cluster: "SLURMCluster"

    @property
    def address(self) -> str:
        """Where the scheduler is."""
        address: str = self.cluster.scheduler_address
        return address

    @property
    def n_connected(self) -> int:
        """The number of workers that are there now; others wait in the queue, or have ended."""
        return len(self.cluster.scheduler_info["workers"])


def check_jobqueue() -> None:
    """Refuses jobs of a queue where the package for them is not there.

    Raises:
        UsageError: If the package dask-jobqueue is not installed.
    """
    check_installed("dask_jobqueue", "--slurm", extra="slurm", otherwise="start workers by hand (docs/cluster.md)")


def check_slurm() -> None:
    """Refuses jobs of a queue where there is none.

    Raises:
        EngineError: If SLURM's command is not there.
    """
    if shutil.which("sbatch") is None:
        raise EngineError(
            "SLURM's command sbatch must be on the path, and is not",
            fix="Give the command on a machine of the cluster, such as its login node; --print shows the job script.",
        )


async def _settled(cluster: "SLURMCluster") -> None:
    """Waits until every job is in the queue; one that SLURM did not take is submitted once more, for its words."""
    from distributed.core import Status

    await cluster
    refused = [job for job in cluster.workers.values() if job.job_id is None]
    for job in refused:
        job.status = Status.failed  # as the cluster's end asks of all that do not run
    for job in refused:
        await job.start()


def _answer(error: RuntimeError) -> str:
    """What the submitting command wrote, of an error of dask-jobqueue that holds it."""
    return " ".join(str(error).rpartition("stderr:")[2].split())
