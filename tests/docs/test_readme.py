"""The README's commands, run as they stand."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from blemore_cli.data.example import write_example

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a participant has: features and metadata, no project yet, every encoder complete."""
    write_example(tmp_path / "example", n_clips=360, seed=0)
    for name in ("features", "train_metadata.csv", "test_metadata.csv"):
        shutil.move(tmp_path / "example" / name, tmp_path / name)
    shutil.rmtree(tmp_path / "features" / "openface")
    return tmp_path


@pytest.mark.slow
def test_the_lines_on_your_own_data_run_in_order(folder: Path) -> None:
    lines = [line for line in COMMANDS if line.startswith("blemore ")]
    assert lines[0].startswith("blemore init ")
    for line in lines:
        done = subprocess.run(
            [sys.executable, "-m", "blemore_cli", *line.split()[1:]], cwd=folder, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert len((folder / "preds.csv").read_text().splitlines()) == 71


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [line.split()[1] for line in COMMANDS if line.startswith("make ")]
    assert targets == ["demo", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_named_paths_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in re.findall(r"\| `([\w./]+)` \|", text):
        if not path.startswith("runs/"):
            assert (ROOT / path).exists(), path


@pytest.mark.slow
def test_the_api_example_runs(tmp_path: Path) -> None:
    write_example(tmp_path / "project", n_clips=360, seed=0)
    script = ROOT / "examples" / "python_api.py"
    done = subprocess.run([sys.executable, script, tmp_path / "project"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "out-of-fold Score" in done.stdout
    assert (tmp_path / "project" / "api_preds.zip").is_file()
