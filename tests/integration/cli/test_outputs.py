"""Outputs of every command: no file that the project reads, and none of another kind, is written over."""

import os
import shutil
from pathlib import Path

import pytest
from tests.integration.conftest import Blemore

pytestmark = pytest.mark.slow

SUBMIT = ("submit", "--run", "first", "--out")
REPORT = ("report", "--run", "first", "--no-shift", "--out")
EXPLAIN = ("explain", "--run", "first", "--out")
IDENTIFY = ("identify", "--encoder", "wavlm", "--force", "--out")
INDEX = ("index", "--out")
FOREIGN = {
    "table.csv": b"a,b\n1,2\n",
    "archive.zip": b"PK\x05\x06" + bytes(18),
    "object.json": b"{}",
    "page.html": b"<html></html>",
    "mine/clips.csv": b"clip\n",
    "theirs/explain.json": b"[]",
}

REFUSED = [
    *((SUBMIT, name) for name in ("train_metadata.csv", "./features/../test_metadata.csv", "hard.csv", "link.csv")),
    *((SUBMIT, name) for name in ("runs/first/oof.csv", "runs/first/metrics.json", "table.csv", "archive.zip")),
    *((SUBMIT, name) for name in ("object.json", "features/more.csv", "folder.csv", "table.csv/preds.csv")),
    *((REPORT, name) for name in ("page.html", "folder.html")),
    *((EXPLAIN, name) for name in ("mine", "theirs", "features", "table.csv")),
    *((IDENTIFY, name) for name in ("train_metadata.csv", "link.csv", "table.csv", "runs/first/test.csv")),
    *((INDEX, name) for name in ("train_metadata.csv", "blemore.yaml", "features/wavlm_static_features.npz")),
    *((INDEX, name) for name in ("page.html", "runs/first/oof.csv", "folder.csv")),
]


@pytest.fixture(scope="module")
def project(trained_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained project by links, beside files of other kinds and other names of its metadata."""
    folder = Path(shutil.copytree(trained_once, tmp_path_factory.mktemp("outputs") / "project"))
    for name, content in FOREIGN.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "folder.csv").mkdir()
    (folder / "folder.html").mkdir()
    os.link(folder / "train_metadata.csv", folder / "hard.csv")
    (folder / "link.csv").symlink_to("train_metadata.csv")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("words", "out"), REFUSED, ids=lambda part: part if isinstance(part, str) else part[0])
def test_an_output_is_refused_and_nothing_is_lost(
    project: Path, blemore: Blemore, words: tuple[str, ...], out: str
) -> None:
    before = contents(project)
    done = blemore(*words, out, cwd=project)
    assert done.returncode in (2, 4), done.stderr
    assert out.split("/")[-1] in done.stderr
    assert "fix:" in done.stderr
    assert contents(project) == before


def test_a_template_is_not_replaced(project: Path, blemore: Blemore, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    assert blemore(*SUBMIT, template, cwd=project).returncode == 0
    before = template.read_bytes()
    done = blemore(*SUBMIT, template, "--template", template, cwd=project)
    assert (done.returncode, "template of the project" in done.stderr) == (2, True)
    assert template.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "out"), [(SUBMIT, "a.csv"), (SUBMIT, "a.json"), (SUBMIT, "a.zip"), (REPORT, "a.html"), (EXPLAIN, "a")]
)
def test_what_a_command_wrote_it_replaces(
    project: Path, blemore: Blemore, tmp_path: Path, words: tuple[str, ...], out: str
) -> None:
    for _ in range(2):
        done = blemore(*words, tmp_path / out, "--quiet", cwd=project)
        assert done.returncode == 0, done.stderr


def test_a_project_file_at_the_end_of_a_link_is_not_replaced(blemore: Blemore, tmp_path: Path) -> None:
    (tmp_path / "blemore.yaml").symlink_to("not/there.yaml")
    done = blemore("init", cwd=tmp_path)
    assert (done.returncode, "not overwritten" in done.stderr) == (3, True)
    assert (tmp_path / "blemore.yaml").is_symlink()
