"""Projects for the tests of the command line."""

import json
import subprocess
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from blemore_cli.cli.app import app
from blemore_cli.data.example.project import write_example

Blemore = Callable[..., "subprocess.CompletedProcess[str]"]
Answer = Callable[..., dict[str, Any]]
Attempt = Callable[..., tuple[int, str, str]]
FAST = ["--set", "train.max_epochs=3", "--set", "train.jobs=1"]
TINY = ["--encoders", "clip_vit,wavlm", *FAST]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small planted project; copy what you change."""
    folder = tmp_path_factory.mktemp("planted")
    write_example(folder, n_clips=360, seed=0)
    return folder


@pytest.fixture(scope="session")
def blemore() -> Blemore:
    """Runs the command line in this process, which saves importing torch; gives what a process would."""

    def run(*words: str | Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
        command = list(map(str, words))
        with chdir(cwd):
            done = CliRunner().invoke(app, command, env={"NO_COLOR": "1", "COLUMNS": "120"})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return subprocess.CompletedProcess(command, done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def trained(planted: Path, blemore: Blemore) -> Path:
    """The planted project, indexed and trained once."""
    for words in (["index"], ["train", "--top-n", "3", "--name", "first", *FAST]):
        done = blemore(*words, cwd=planted)
        assert done.returncode == 0, done.stderr
    return planted


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, blemore: Blemore) -> Path:
    """A tiny planted project with an index, of which `TINY` uses two encoders; every test names runs of its own."""
    folder = tmp_path_factory.mktemp("tiny") / "project"
    write_example(folder, n_clips=174, seed=0)
    done = blemore("index", "--quiet", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def attempt(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """Runs a command on the tiny project in this process, which is quicker; gives exit code, stdout and stderr."""

    def run(*words: str | Path, cwd: Path = tiny) -> tuple[int, str, str]:
        monkeypatch.chdir(cwd)
        done = CliRunner().invoke(app, list(map(str, words)))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    return run


@pytest.fixture
def answer(attempt: Attempt) -> Answer:
    """The JSON object that a command on the tiny project answers."""

    def run(*words: str | Path, **where: Path) -> dict[str, Any]:
        code, stdout, stderr = attempt(*words, "--json", "--quiet", **where)
        assert code == 0, stderr
        content = json.loads(stdout)
        assert isinstance(content, dict)
        return content

    return run


def parsed(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """The JSON object that a command wrote."""
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert isinstance(content, dict)
    return content
