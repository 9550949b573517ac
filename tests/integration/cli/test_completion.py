"""What the shell completes, asked as shells ask the installed command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.conftest import Blemore

INSTALLED = Path(sys.executable).parent / "blemore"
BASH = """
source <("$1" --show-completion bash)
COMP_WORDS=("${@:2}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_blemore_completion "$1"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def project(planted: Path, blemore: Blemore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an index of two encoders, a train run, and a run with two arms."""
    folder = tmp_path_factory.mktemp("completion")
    for run in ("train-001", "ablate-001", "ablate-001/arms/learned", "ablate-001/arms/random"):
        (folder / "runs" / run).mkdir(parents=True)
        (folder / "runs" / run / "done").touch()
    (folder / "runs" / "unfinished").mkdir()
    (folder / "features").mkdir()
    for name in ("dinov2", "hicmae"):
        shutil.copy(planted / "features" / f"{name}_static_features.npz", folder / "features")
    metadata = [f"--{split}-metadata={planted / f'{split}_metadata.csv'}" for split in ("train", "test")]
    done = blemore("index", "features", *metadata, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def completed(folder: Path, *words: str) -> list[str]:
    """What pressing the tabulator after these words offers."""
    script = ["bash", "--norc", "-c", BASH, "bash", str(INSTALLED), "blemore", *words]
    done = subprocess.run(script, cwd=folder, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["tr"], ["train"]),
        (["train", "--sel"], ["--selection"]),
        (["train", "--selection", "f"], ["fixed", "full"]),
        (["explain", "--run", "a"], ["ablate-001", "ablate-001/arms/learned", "ablate-001/arms/random"]),
        (["train", "--encoders", "d"], ["dinov2"]),
        (["train", "--encoders", "dinov2,"], ["dinov2,hicmae"]),
        (["identify", "--encoder", "d"], ["dinov2"]),
        (["submit", "--run", ""], ["train-001"]),
    ],
    ids=" ".join,
)
def test_bash_is_offered(project: Path, words: list[str], offered: list[str]) -> None:
    assert completed(project, *words) == offered


@pytest.mark.parametrize("words", [["explain", "--run", ""], ["train", "--encoders", ""]], ids=" ".join)
def test_a_project_that_cannot_be_read_completes_nothing(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "blemore.yaml").write_text("model: [")
    assert completed(tmp_path, *words) == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_answered(tmp_path: Path, shell: str) -> None:
    words = {"_TYPER_COMPLETE_ARGS": "blemore tra", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    asked = os.environ | words | {"_BLEMORE_COMPLETE": f"complete_{shell}"}
    done = subprocess.run([INSTALLED], cwd=tmp_path, env=asked, capture_output=True, text=True)
    assert (done.stderr, "train" in done.stdout, "tune" in done.stdout) == ("", True, False)
