"""Which runs a report is about."""

import os
from pathlib import Path

import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.report_runs import kind_of, report_runs


def make(root: Path, name: str, kind: str, *, finished_at: int | None) -> RunFolder:
    run = RunFolder(root / name)
    run.path.mkdir(parents=True)
    if kind:
        (run.path / "kind").write_text(kind + "\n")
    if finished_at is not None:
        (run.path / "done").touch()
        os.utime(run.path / "done", (finished_at, finished_at))
    return run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two runs of `train`, a newer one of an older version, two comparisons, an unfinished and an unknown one."""
    for name, kind, finished_at in (
        ("b", "train", 10),
        ("a", "train", 20),
        ("old", "", 30),
        ("arms-1", "ablate", 50),
        ("arms-2", "ablate", 40),
        ("crash", "cv", None),
        ("other", "explain", 60),
    ):
        make(tmp_path, name, kind, finished_at=finished_at)
    return tmp_path


def names(runs: list[RunFolder]) -> list[str]:
    return [run.name for run in runs]


def test_the_run_finished_last_of_each_kind(root: Path) -> None:
    assert names(report_runs(root, [])) == ["old", "arms-1"]
    assert kind_of(RunFolder(root / "old")) == "train"


@pytest.mark.parametrize(
    ("latest", "train"), [("b", "b"), ("a", "a"), ("crash", "old"), ("arms-2", "old"), ("gone", "old")]
)
def test_latest_names_the_train_run(latest: str, train: str, root: Path) -> None:
    (root / "latest").write_text(latest + "\n")
    assert names(report_runs(root, [])) == [train, "arms-1"]


def test_named_runs_keep_their_order_and_come_once(root: Path) -> None:
    assert names(report_runs(root, ["arms-2", "b", "arms-2"])) == ["arms-2", "b"]


@pytest.mark.parametrize("name", ["crash", "gone"])
def test_a_run_that_is_not_there_or_not_finished_is_named(name: str, root: Path) -> None:
    with pytest.raises(ArtefactError, match=f"'{name}'"):
        report_runs(root, ["b", name])


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_no_run_at_all(folder: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    make(tmp_path / "empty", ".half", "train", finished_at=1)
    with pytest.raises(ArtefactError, match="needs a finished run"):
        report_runs(tmp_path / folder, [])
