"""Projects for the tests of the command line."""

import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.made_once import made_once
from typer.testing import CliRunner

from blemore_cli.cli.app import app
from blemore_cli.data.example.project import write_example

Blemore = Callable[..., "subprocess.CompletedProcess[str]"]
Answer = Callable[..., dict[str, Any]]
Attempt = Callable[..., tuple[int, str, str]]
FAST = ["--set", "train.max_epochs=3", "--set", "model.fusion=weighted", "--set", "train.jobs=1"]
"""Few epochs of the quickest fusion; `test_evidence_fusion.py`, the documents and the demo train the default one."""
TINY = ["--encoders", "clip_vit,wavlm", *FAST]


ENCODERS = ("clip_vit", "hicmae", "hubert", "openface", "wavlm")
RUNS = {
    "first": ["train", "--top-n", "3", *FAST],
    "one": ["train", "--top-n", "1", *TINY],
    "arms": ["ablate", "--selection", "random", "--top-n", "1", "--seeds", "2", *TINY],
}


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small planted project of all its encoders, to be read only."""
    return made_once(tmp_path_factory, "planted", lambda folder: write_example(folder, n_clips=174, seed=0))


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
def trained_once(tmp_path_factory: pytest.TempPathFactory, planted: Path, blemore: Blemore) -> Path:
    """The planted project with five encoders, an index and the finished `RUNS`, to be read only."""

    def make(folder: Path) -> None:
        shutil.copytree(planted, folder, dirs_exist_ok=True)
        leave_encoders(folder, ENCODERS)
        for words in (["index"], *([*words, "--name", name] for name, words in RUNS.items())):
            done = blemore(*words, "--quiet", cwd=folder)
            assert done.returncode == 0, done.stderr

    return made_once(tmp_path_factory, "trained", make)


@pytest.fixture
def trained(trained_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planted project with its `RUNS`, to be changed at will; `first` uses its five encoders, the others two."""
    return Path(shutil.copytree(trained_once, tmp_path_factory.mktemp("trained") / "project"))


@pytest.fixture(scope="module")
def tiny(trained_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planted project with its index and no run; every test of a module names runs of its own.

    The encoders' shift is known, as after every run, so that it is not measured again for each module.
    """
    folder = Path(
        shutil.copytree(
            trained_once, tmp_path_factory.mktemp("tiny") / "project", ignore=shutil.ignore_patterns("latest", *RUNS)
        )
    )
    assert [path.name for path in (folder / "runs").iterdir() if not path.name.startswith(".")] == []
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


def leave_encoders(project: Path, names: tuple[str, ...]) -> None:
    """Removes the features of all other encoders from a planted project."""
    for path in (project / "features").iterdir():
        if not path.name.startswith(names):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    content = yaml.safe_load((project / "blemore.yaml").read_text(encoding="utf-8"))
    content["data"]["modality"] = {name: content["data"]["modality"][name] for name in names}
    (project / "blemore.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def parsed(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """The JSON object that a command wrote."""
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert isinstance(content, dict)
    return content
