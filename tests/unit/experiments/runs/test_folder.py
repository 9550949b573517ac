import json
from pathlib import Path

import pytest

from blemore_cli.core.config.file import resolve_paths
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.folder import RunFolder, writing_into
from blemore_cli.experiments.runs.start import start_run

CONFIG = resolve_paths(Config(), Path("/project"))


def test_reopening_takes_the_marker_and_what_was_left_half_written(tmp_path: Path) -> None:
    run = start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)
    (run.checkpoints / "seed0-fold0").mkdir(parents=True)
    (run.checkpoints / ".tmp12345").mkdir()
    (run.path / ".oof.csv.1234.csv").touch()
    run.finish({})
    run.reopen()
    assert not run.is_finished
    assert sorted(path.name for path in run.path.iterdir()) == ["checkpoints", "config.yaml", "kind", "metrics.json"]
    assert [path.name for path in run.checkpoints.iterdir()] == ["seed0-fold0"]


def test_a_run_of_an_older_version_compares_arms_or_is_one_of_train(tmp_path: Path) -> None:
    (tmp_path / "compared/arms/learned").mkdir(parents=True)
    (tmp_path / "plain").mkdir()
    assert [RunFolder(tmp_path / name).kind for name in ("compared", "plain")] == ["ablate", "train"]


@pytest.mark.parametrize(
    ("path", "is_held"), [("runs/mine/arms/a/x", True), ("runs/mine", True), ("runs/x", False), ("x", False)]
)
def test_the_lock_of_the_run_that_a_path_is_in_is_held(tmp_path: Path, path: str, is_held: bool) -> None:
    lock = start_run(tmp_path / "runs", CONFIG, kind="train", name="mine", resume=False).path / "lock"
    with writing_into(tmp_path / "runs", tmp_path / path):
        assert lock.is_file() == is_held
    assert not lock.exists()


def test_finishing_removes_what_the_inner_trainings_said(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "mine")
    run.inner.mkdir(parents=True)
    (run.inner / "seed0-0+1.safetensors").write_bytes(b"x")
    run.finish({"n": 1})
    assert run.is_finished
    assert json.loads((run.path / "metrics.json").read_text()) == {"n": 1}
    assert not run.inner.exists()


@pytest.mark.parametrize("content", ["", "x: 1", "{{", "- a"])
def test_a_damaged_config_of_a_run_is_an_artefact(tmp_path: Path, content: str) -> None:
    run = start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)
    (run.path / "config.yaml").write_text(content)
    with pytest.raises(ArtefactError, match=r"config\.yaml"):
        run.config()
