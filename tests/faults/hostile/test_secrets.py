"""What is written for others names no folder, user or machine."""

import shutil
from pathlib import Path
from unittest import mock

import pytest
from tests.faults.hostile.command import run_here
from tests.faults.hostile.project import FAST

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]

USER, HOST, FOLDER = "zzsecretuser", "zzsecrethost.example", "zzsecretfolder"
WORKFLOW = (
    ("train", "--name", "shared", "--fold", "0", "--tensorboard", *FAST),
    ("submit", "--run", "one", "--out", "shared.zip", "--quiet"),
    ("explain", "--run", "one", "--quiet"),
    ("report", "--run", "one", "--no-shift", "--out", "shared.html", "--quiet"),
)
WRITTEN = ("runs/shared", "runs/one/explain", "shared.zip", "shared.html")


def test_no_folder_user_or_machine_is_named(
    hostile_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorboard", reason="the package tensorboard is not installed")
    project = Path(shutil.copytree(hostile_project, tmp_path / FOLDER / "project"))
    for variable in ("USER", "LOGNAME", "USERNAME", "LNAME"):
        monkeypatch.setenv(variable, USER)
    with mock.patch("socket.gethostname", return_value=HOST), mock.patch("platform.node", return_value=HOST):
        for words in WORKFLOW:
            run_here(words, project).check()
    files = [file for name in WRITTEN for file in [project / name, *(project / name).rglob("*")] if file.is_file()]
    named = [
        (str(file.relative_to(project)), secret)
        for file in files
        for secret in (USER, HOST, FOLDER, str(hostile_project), str(Path.home() / ""))
        if secret.encode() in file.read_bytes() or secret in str(file.relative_to(project))
    ]
    assert len(files) > 20
    assert named == []
