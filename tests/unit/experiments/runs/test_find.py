"""Runs by their names, the newest one, and the runs that a report is about."""

import os
from pathlib import Path

import pytest

from blemore_cli.core.config.file import resolve_paths
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.find import find_run, finished_names, report_runs
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.start import start_run

CONFIG = resolve_paths(Config(), Path("/project"))


def test_names_count_up_and_latest_names_one(tmp_path: Path) -> None:
    for number in (1, 2):
        run = start_run(tmp_path, CONFIG, kind="train", name=None, resume=False)
        assert run.name == f"train-{number:03d}"
        run.finish({"n": number})
        run.become_latest()
    assert find_run(tmp_path, None).name == "train-002"
    assert find_run(tmp_path, "train-001").path == tmp_path / "train-001"


def test_unfinished_and_unknown_runs_are_not_found(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="none"):
        find_run(tmp_path, None)
    start_run(tmp_path, CONFIG, kind="train", name="half", resume=False)
    with pytest.raises(ArtefactError, match="must be finished"):
        find_run(tmp_path, "half")
    with pytest.raises(ArtefactError, match="half"):
        find_run(tmp_path, "nope")


def test_a_search_of_settings_has_no_predictions_and_is_no_run_to_name(tmp_path: Path) -> None:
    start_run(tmp_path, CONFIG, kind="tune", name="tuned", resume=False).finish({"n": 1})
    with pytest.raises(ArtefactError, match="'tuned' is a search of settings") as caught:
        report_runs(tmp_path, ["tuned"])
    assert "best.yaml" in caught.value.fix
    assert finished_names(tmp_path) == []


@pytest.mark.parametrize("content", [b"gone", b"", b"../x", b"\xff\xfe"])
def test_a_damaged_latest_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "latest").write_bytes(content)
    with pytest.raises(ArtefactError) as caught:
        find_run(tmp_path, None)
    assert "latest" in caught.value.fix


def test_runs_and_their_arms_have_the_names_that_commands_take(tmp_path: Path) -> None:
    for folder in (
        "train-001",
        "ablate-001",
        "ablate-001/arms/learned",
        "ablate-001/arms/broken",
        "train-002",
        ".hidden",
    ):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for folder in ("train-001", "ablate-001", "ablate-001/arms/learned", ".hidden"):
        (tmp_path / folder / "done").touch()
    (tmp_path / "latest").write_text("train-001")
    assert finished_names(tmp_path) == ["ablate-001", "ablate-001/arms/learned", "train-001"]
    assert finished_names(tmp_path / "none") == []
    assert all(find_run(tmp_path, name).is_finished for name in finished_names(tmp_path))


def test_an_unfinished_arm_names_the_run_to_go_on_with(tmp_path: Path) -> None:
    (tmp_path / "ablate-001" / "arms" / "learned").mkdir(parents=True)
    (tmp_path / "ablate-001" / "kind").write_text("ablate")
    with pytest.raises(ArtefactError) as caught:
        find_run(tmp_path, "ablate-001/arms/learned")
    assert "blemore ablate --name ablate-001 --resume" in str(caught.value.fix)


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
    assert RunFolder(root / "old").kind == "train"


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
