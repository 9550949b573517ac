"""Projects of every version, as `make_project.py` wrote them, are read, or refused with a command that remakes them."""

import shutil
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from blemore_cli import __version__
from blemore_cli.cli.app import app

PROJECTS = sorted(path.parent.name for path in Path(__file__).parent.glob("*/blemore.yaml"))
COMMANDS = {
    "inspect": ("inspect",),
    "submit": ("submit", "--run", "golden", "--out", "again.csv"),
    "report": ("report", "--run", "golden", "--out", "report.html"),
    "explain": ("explain", "--run", "golden", "--out", "explained"),
    "evaluate": ("evaluate", "runs/golden/oof.csv"),
    "index": ("index",),
}


def test_there_is_one_of_this_version() -> None:
    assert __version__ in PROJECTS, "python tests/golden/make_project.py"


@pytest.fixture(params=PROJECTS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(__file__).parent / request.param, tmp_path / request.param))


def answer(project: Path, *words: str) -> Result:
    with chdir(project):
        return CliRunner().invoke(app, [*words, "--quiet"])


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_read_or_refused_with_a_command(project: Path, command: str) -> None:
    run = project / "runs/golden"
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    done = answer(project, *COMMANDS[command])
    if project.name == __version__:
        assert done.exit_code == 0, done.stderr
    if done.exit_code == 0:
        if command == "submit":
            assert (project / "again.csv").read_bytes() == (project / "preds.csv").read_bytes()
    else:
        assert done.exit_code in (3, 4)
        assert "`blemore " in done.stderr
    assert {path: path.read_bytes() for path in before} == before
