"""Projects of every version, as `make_project.py` wrote them, are read, or refused with a command that remakes them."""

import shutil
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from blemore_cli import __version__
from blemore_cli.cli.app import app

PROJECTS = sorted(path.parent.name for path in Path(__file__).parent.glob("*/blemore.yaml"))
SMALL = ("model.d_latent=4", "model.d_gate=2", "model.top_n=1", "train.max_epochs=2", "train.jobs=1")
SETTINGS = ("--resume", *(word for setting in SMALL for word in ("--set", setting)))
ARMS = ("--selection", "learned", "--selection", "random")
EXTRACTED = ("--encoder", "egemaps=extracted/egemaps", "--missing", "mask", "--out", "extracted.h5")
COMMANDS = {
    "inspect": ("inspect",),
    "submit": ("submit", "--run", "golden", "--out", "again.csv"),
    "report": ("report", "--run", "golden", "--out", "report.html"),
    "explain": ("explain", "--run", "golden", "--out", "explained"),
    "evaluate": ("evaluate", "runs/golden/oof.csv"),
    "index": ("index",),
    "report of cv and ablate": ("report", "--run", "golden-cv", "--run", "golden-ablate", "--no-shift"),
    "cv": ("cv", "--name", "golden-cv", "--seeds", "2", *SETTINGS),
    "ablate": ("ablate", "--name", "golden-ablate", *ARMS, "--seeds", "1", *SETTINGS),
    "tune": ("tune", "--name", "golden-tune", "--trials", "2", *SETTINGS),
    "extraction": ("index", *EXTRACTED),
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
    is_drawn = "--resume" in COMMANDS[command]  # tables and figures anew, by the packages that are there
    runs = [path for path in (project / "runs").glob("golden*/**/*") if path.is_file()]
    before = {path: path.read_bytes() for path in runs if "checkpoints" in path.parts or not is_drawn}
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


def test_an_extraction_that_changed_since_is_refused(project: Path) -> None:
    features = project / "extracted/egemaps/clip_00.npy"
    features.write_bytes(features.read_bytes()[:-1] + b"\0")
    done = answer(project, "index", *EXTRACTED)
    assert done.exit_code == 3
    assert "`blemore extract`" in done.stderr
