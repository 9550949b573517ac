"""Files that cannot be read, and folders that cannot be written: an error that names them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.conftest import leave_encoders

pytestmark = pytest.mark.slow

WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
"""Takes from root what lets it read and write everything; others never have it."""

DRIVER = """
import os, sys
from pathlib import Path
from typer.testing import CliRunner
from blemore_cli.cli.app import app
for line in sys.stdin.read().splitlines():
    path, mode, *words = line.split("|")
    before = Path(path).stat().st_mode
    Path(path).chmod(int(mode, 8))
    done = CliRunner().invoke(app, words)
    Path(path).chmod(before)
    crash = done.exception if not isinstance(done.exception, SystemExit) else None
    print(path, words[0], done.exit_code, repr(crash), " ".join(done.stderr.split()), sep="|")
"""

SUBMIT = ("submit", "--run", "one", "--out", "new.csv")
REPORT = ("report", "--run", "one", "--no-shift", "--out", "new.html")
CASES = [
    ("train_metadata.csv", "000", ("index",), 3, "train_metadata.csv must be a readable CSV file"),
    ("features/wavlm_static_features.npz", "000", ("index", "--out", "new.h5"), 3, "must be a readable feature file"),
    ("features", "000", ("index",), 3, "features must be a readable folder"),
    (".", "555", ("index", "--out", "new/index.h5"), 4, "must be writable"),
    ("index.h5", "000", ("inspect", "--no-shift"), 4, "index.h5 must be readable"),
    ("blemore.yaml", "000", ("inspect", "--no-shift"), 3, "blemore.yaml must be a readable configuration file"),
    ("runs/one/done", "000", REPORT, 4, "done must be a readable checksum list"),
    ("runs/one/kind", "000", ("report", "--no-shift", "--out", "new.html"), 4, "kind must be readable"),
    ("runs/one/oof.csv", "000", REPORT, 4, "oof.csv"),
    ("runs/one/config.yaml", "000", SUBMIT, 4, "config.yaml must be a readable"),
    ("runs/one/checkpoints", "000", SUBMIT, 4, "checkpoints must be readable"),
    ("runs", "000", SUBMIT, 4, "runs"),
    (".", "555", SUBMIT, 2, "new.csv must be in a folder to write to"),
    (".", "555", REPORT, 2, "new.html must be in a folder to write to"),
    (".", "555", ("init", "new"), 4, "new"),
    (".", "555", ("demo", "new"), 4, "new"),
    ("runs", "555", ("train", "--name", "new"), 4, "runs/new"),
    ("runs/one", "555", ("explain", "--run", "one"), 4, "runs/one"),
]


def test_what_permissions_forbid_is_named(trained_once: Path, tmp_path: Path) -> None:
    words = ["env", f"HOME={tmp_path / 'none'}", sys.executable, "-c", DRIVER]
    if os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may read and write everything, and the system has no setpriv to take that away")
        words = [*WITHOUT_RIGHTS, *words]
    project = tmp_path / "project"
    shutil.copytree(trained_once, project, ignore=shutil.ignore_patterns("first", "arms", "latest"))
    leave_encoders(project, ("clip_vit", "wavlm"))
    before = sorted(project.rglob("*"))
    lines = "\n".join("|".join((path, mode, *command)) for path, mode, command, _, _ in CASES)
    done = subprocess.run(words, cwd=project, input=lines, capture_output=True, text=True, check=False)
    results = [line.split("|", 4) for line in done.stdout.splitlines()]
    assert len(results) == len(CASES), done.stderr
    for (path, _, _, code, named), (_, _, got, crash, stderr) in zip(CASES, results, strict=True):
        assert (int(got), crash, named in stderr) == (code, "None", True), f"{path}: {got} {crash} {stderr}"
    assert sorted(project.rglob("*")) == before
