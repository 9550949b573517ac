"""SIGKILL at random moments of every command: run again, the project has the bytes of an undisturbed one.

`BLEMORE_FAULTS=long` kills each command twelve times.
"""

import random
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.faults.crashes.commands import COMMANDS
from tests.faults.crashes.kills import kill_after, kill_at_rename
from tests.integration.conftest import Blemore
from tests.long_campaigns import IS_LONG

pytestmark = pytest.mark.slow

NAMES = list(COMMANDS) if IS_LONG else ["train", "submit"]
N_KILLS = 6 if IS_LONG else 1
"""Kills of each command at a rename, and as many after a time."""


@dataclass(frozen=True)
class Undisturbed:
    """A command to which nothing happens.

    Attributes:
        files: Bytes of all files of its project.
        seconds: Time that it takes.
    """

    files: dict[str, bytes]
    seconds: float


def files(project: Path) -> dict[str, bytes]:
    """All files; without the number of processes, which a run notes, and without what is cached."""
    paths = (path for path in sorted(project.rglob("*")) if path.is_file() and ".cache" not in path.parts)
    return {str(path.relative_to(project)): re.sub(rb"jobs: \d", b"", path.read_bytes()) for path in paths}


def done(blemore: Blemore, words: tuple[str, ...], project: Path) -> None:
    answer = blemore(*words, "--quiet", cwd=project)
    assert answer.returncode == 0, answer.stderr


@pytest.fixture
def project(trained_once: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(trained_once, tmp_path / "project"))
    shutil.rmtree(tmp_path / "project")  # and not its folder, whose name would come again


@pytest.fixture(scope="module")
def undisturbed(
    trained_once: Path, blemore: Blemore, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Undisturbed]:
    """Each command on a project of its name alone."""
    results = {}
    for name in NAMES:
        project = shutil.copytree(trained_once, tmp_path_factory.mktemp(name) / "project")
        start = time.monotonic()
        done(blemore, COMMANDS[name].words, project)
        results[name] = Undisturbed(files(project), time.monotonic() - start)
    return results


def check_again(blemore: Blemore, name: str, project: Path, expected: dict[str, bytes]) -> None:
    """Runs a killed command again, and compares every file."""
    done(blemore, COMMANDS[name].again, project)
    found = files(project)
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


@pytest.mark.parametrize("number", range(N_KILLS))
@pytest.mark.parametrize("name", NAMES)
def test_killed_while_a_file_is_renamed(
    name: str, number: int, project: Path, blemore: Blemore, undisturbed: dict[str, Undisturbed]
) -> None:
    chance = random.Random(f"{name} {number}")  # noqa: S311
    n_new = len(undisturbed[name].files) - len(files(project))
    n_rename = chance.randint(1, max(1, n_new))  # a command that writes n files renames at least as often
    assert kill_at_rename(project, COMMANDS[name].words, n_rename, is_done=chance.random() < 0.5)
    check_again(blemore, name, project, undisturbed[name].files)


@pytest.mark.parametrize("number", range(N_KILLS))
@pytest.mark.parametrize("name", NAMES)
def test_killed_after_a_time(
    name: str, number: int, project: Path, blemore: Blemore, undisturbed: dict[str, Undisturbed]
) -> None:
    chance = random.Random(f"{number} {name}")  # noqa: S311
    kill_after(project, COMMANDS[name].words, chance.random() * undisturbed[name].seconds)
    check_again(blemore, name, project, undisturbed[name].files)
