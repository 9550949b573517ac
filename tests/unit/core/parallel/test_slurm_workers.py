import shlex
import sys

import pytest

from blemore_cli.core.errors import EngineError, UsageError
from blemore_cli.core.parallel.slurm_workers import SCHEDULER, WorkerJobs, check_slurm


def test_the_script_asks_for_what_was_said() -> None:
    pytest.importorskip("dask_jobqueue", reason="the package dask-jobqueue is not installed")
    lines = WorkerJobs(8, "1-12:00:00", "4G").script.splitlines()
    assert {"#SBATCH --mem=4G", "#SBATCH -t 1-12:00:00", "#SBATCH --cpus-per-task=1"} <= set(lines)
    command = shlex.split(lines[-1])
    assert command[0] == sys.executable
    assert SCHEDULER in command
    assert command[command.index("--nthreads") + 1] == "1"


@pytest.mark.parametrize("time", ["2:00", "2h", "", "1:60:00", "2:00:00 "])
def test_a_time_that_slurm_would_read_otherwise_is_refused(time: str) -> None:
    with pytest.raises(UsageError, match="--time must be hours, minutes and seconds"):
        WorkerJobs(1, time, "4G")


@pytest.mark.parametrize("memory", ["4", "0G", "4.5G", "4GB", "-1G", ""])
def test_memory_without_a_unit_is_refused(memory: str) -> None:
    with pytest.raises(UsageError, match="--memory must be a whole number"):
        WorkerJobs(1, "2:00:00", memory)


def test_a_machine_without_slurm_is_no_place_for_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineError, match="sbatch must be on the path"):
        check_slurm()
