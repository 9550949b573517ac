"""`blemore workers` with a real SLURM of one node."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fixtures.slurm import slurm, why_not
from tests.integration.conftest import TINY, Blemore

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "blemore_cli", "workers", "--slurm", "--jobs", "1", "--memory", "1G")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of commands that reach SLURM."""
    pytest.importorskip("dask_jobqueue", reason="the package dask-jobqueue is not installed")
    if why_not():
        pytest.skip(why_not())
    with slurm(tmp_path) as environment:
        yield environment | {"DASK_JOBQUEUE__SLURM__INTERFACE": "lo"}


def jobs(environment: dict[str, str]) -> str:
    words = ["squeue", "-h", "-t", "running,pending"]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout


def test_workers_of_the_queue_train_to_the_same_bytes_and_end_with_the_command(
    tiny: Path, blemore: Blemore, environment: dict[str, str]
) -> None:
    words = ["train", "--fold", "0", "--slots", "1", *TINY]
    with subprocess.Popen(
        [*COMMAND, "--json"],
        cwd=tiny,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # an idle shell ignores it
    ) as workers:
        assert workers.stdout
        assert workers.stderr
        answer = json.loads("".join(iter(workers.stdout.readline, "}\n")) + "}")
        assert answer["next"].endswith(f"--engine dask --address {answer['address']} --slots 1")
        assert any("1 of 1 workers" in line for line in workers.stderr)
        assert "blemore-" in jobs(environment)
        done = blemore(*words, "--name", "queued", "--engine", "dask", "--address", answer["address"], cwd=tiny)
        assert done.returncode == 0, done.stderr
        workers.send_signal(signal.SIGINT)
        assert workers.stderr.read() == "interrupted; finished work is kept\n"
        assert workers.wait() == 130
    assert jobs(environment) == ""
    assert blemore(*words, "--name", "local", cwd=tiny).returncode == 0
    queued, local = ((tiny / "runs" / name / "oof.csv").read_bytes() for name in ("queued", "local"))
    assert queued == local


def test_what_sbatch_answers_is_said(tmp_path: Path, environment: dict[str, str]) -> None:
    elsewhere = environment | {"SBATCH_PARTITION": "nowhere"}
    done = subprocess.run(COMMAND, cwd=tmp_path, env=elsewhere, capture_output=True, text=True, timeout=60)
    assert done.returncode == 4
    assert "error: SLURM must take the jobs, and sbatch answers: sbatch: error: invalid partition" in done.stderr


def test_the_script_is_shown_without_a_queue(tmp_path: Path, blemore: Blemore) -> None:
    pytest.importorskip("dask_jobqueue", reason="the package dask-jobqueue is not installed")
    done = blemore("workers", "--slurm", "--print", "--time", "0:30:00", cwd=tmp_path)
    assert done.stdout.startswith("#!/usr/bin/env bash")
    assert "#SBATCH -t 0:30:00" in done.stdout


def test_a_queue_must_be_named(tmp_path: Path, blemore: Blemore) -> None:
    done = blemore("workers", cwd=tmp_path)
    assert (done.returncode, "Add --slurm" in done.stderr) == (2, True)
