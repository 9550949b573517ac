"""Projects for the tests of the command line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blemore_cli.data.example import write_example

Blemore = Callable[..., "subprocess.CompletedProcess[str]"]
FAST = ["--set", "train.max_epochs=3", "--set", "train.jobs=1"]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small planted project; copy what you change."""
    folder = tmp_path_factory.mktemp("planted")
    write_example(folder, n_clips=360, seed=0)
    return folder


@pytest.fixture(scope="session")
def blemore() -> Blemore:
    """Runs the command line in a process of its own, as a user would."""

    def run(*words: str | Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "blemore_cli", *map(str, words)]
        environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)

    return run


@pytest.fixture(scope="session")
def trained(planted: Path, blemore: Blemore) -> Path:
    """The planted project, indexed and trained once."""
    for words in (["index"], ["train", "--top-n", "3", "--name", "first", *FAST]):
        done = blemore(*words, cwd=planted)
        assert done.returncode == 0, done.stderr
    return planted


def parsed(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """The JSON object that a command wrote."""
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert isinstance(content, dict)
    return content
