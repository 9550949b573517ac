"""`blemore workers`."""

import sys
from time import sleep
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

from blemore_cli.cli.command import Session
from blemore_cli.core.errors import UsageError

if TYPE_CHECKING:
    from blemore_cli.core.parallel.slurm_workers import WorkerPool

SECONDS: Final = 0.5
"""Between two looks at the workers."""


def workers(
    session: Session,
    slurm: Annotated[bool, typer.Option("--slurm", help="Start them as jobs of SLURM; an extra.")] = False,
    jobs: Annotated[int, typer.Option(help="Jobs, of one worker each.", min=1, max=10_000)] = 8,
    time: Annotated[str, typer.Option(help="Time limit of a job.", metavar="[D-]H:MM:SS")] = "2:00:00",
    memory: Annotated[str, typer.Option(help="Memory of a job.", metavar="NUMBER[M|G|T]")] = "4G",
    prints: Annotated[bool, typer.Option("--print", help="Show the job script, and start nothing.")] = False,
) -> None:
    """Start a Dask scheduler here and its workers in a queue, for --engine dask; Ctrl-C ends them."""
    if not slurm:
        raise UsageError(
            "workers are started in a queue, and none was named", fix="Add --slurm; for others see docs/cluster.md."
        )
    from blemore_cli.core.parallel.slurm_workers import WorkerJobs

    wanted = WorkerJobs(jobs, time, memory)
    if prints:
        session.output.result({"script": wanted.script}, Text(wanted.script, no_wrap=True, overflow="ignore"))
        return
    with wanted.submitted() as pool:
        step = session.next_step("train", "--engine", "dask", "--address", pool.address, "--slots", str(jobs))
        session.output.result({"address": pool.address, "jobs": jobs, "next": step}, pool.address, next_step=step)
        sys.stdout.flush()
        session.output.note(f"{jobs} jobs are in the queue. This stays until Ctrl-C, and cancels them then.")
        _watch(session, pool, jobs)


def _watch(session: Session, pool: "WorkerPool", n_jobs: int) -> None:
    """Notes how many workers are connected, whenever that changes, until it is interrupted."""
    n_before = 0
    while True:
        n_connected = pool.n_connected
        if n_connected != n_before:
            session.output.note(f"{n_connected} of {n_jobs} workers are connected")
        n_before = n_connected
        sleep(SECONDS)
