import json
import re
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
    (run.path / ".tmp-oof.csv.1234.csv").touch()
    (run.path / ".gitignore").touch()
    run.finish({})
    run.reopen()
    assert not run.is_finished
    names = [".gitignore", "checkpoints", "config.yaml", "kind", "metrics.json"]
    assert sorted(path.name for path in run.path.iterdir()) == names
    assert [path.name for path in run.checkpoints.iterdir()] == ["seed0-fold0"]


def test_a_run_of_an_older_version_compares_arms_or_is_one_of_train(tmp_path: Path) -> None:
    (tmp_path / "compared/arms/learned").mkdir(parents=True)
    (tmp_path / "plain").mkdir()
    assert [RunFolder(tmp_path / name).kind for name in ("compared", "plain")] == ["ablate", "train"]


def test_the_folder_of_all_runs_is_found_from_a_run_and_from_an_arm(tmp_path: Path) -> None:
    for root in (tmp_path / "runs", tmp_path / "arms"):
        run = start_run(root, CONFIG, kind="ablate", name="mine", resume=False)
        assert run.root == root
        assert RunFolder(run.path / "arms" / "full").root == root


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


@pytest.fixture
def finished(tmp_path: Path) -> RunFolder:
    """A finished run with a model and a file of its user."""
    run = start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)
    model = run.checkpoints / "seed0-fold0" / "model.json"
    model.parent.mkdir(parents=True)
    model.write_text("{}")
    (run.path / "notes.txt").write_text("mine")
    run.finish({})
    return run


def test_a_finished_run_notes_what_it_was_finished_with(finished: RunFolder) -> None:
    config, *lines = (finished.path / "done").read_text().splitlines()
    assert re.fullmatch("# config.yaml: [0-9a-f]{64}", config)
    assert [line.split("  ")[1] for line in lines] == ["checkpoints/seed0-fold0/model.json", "kind", "metrics.json"]
    assert finished.is_intact
    (finished.path / "notes.txt").write_text("yours")
    assert finished.is_intact


@pytest.mark.parametrize(
    ("file", "fix"),
    [
        ("kind", "Restore it, or train again"),
        ("metrics.json", "make it again from the models with --resume"),
        ("checkpoints/seed0-fold0/model.json", "or delete .*seed0-fold0 and train that model again with --resume"),
    ],
)
def test_another_byte_is_damage(finished: RunFolder, file: str, fix: str) -> None:
    path = finished.path / file
    path.write_bytes(path.read_bytes() + b"\n")
    assert not finished.is_intact
    with pytest.raises(ArtefactError, match=f"{file} is damaged") as caught:
        finished.check(file)
    assert re.search(fix, caught.value.fix)
    if file == "metrics.json":
        finished.reopen()
    else:
        with pytest.raises(ArtefactError, match=f"{file} is damaged"):
            finished.reopen()
        assert finished.is_finished


def test_a_value_that_a_run_was_not_trained_with_is_damage(finished: RunFolder) -> None:
    path, done = finished.path / "config.yaml", (finished.path / "done").read_bytes()
    path.write_text(path.read_text().replace("jobs: 0", "jobs: 3").replace("runs: ", "runs: /else"))  # without effect
    assert finished.config().train.jobs == 3
    finished.mark_finished()
    assert (finished.path / "done").read_bytes() == done
    path.write_text(path.read_text().replace("top_n: 3", "top_n: 4"))
    assert not finished.is_intact
    with pytest.raises(ArtefactError, match=r"config\.yaml is damaged: its values are not those"):
        finished.config()


@pytest.mark.parametrize("is_finished", [False, True])
def test_a_configuration_that_lacks_keys_is_damaged(finished: RunFolder, is_finished: bool) -> None:
    if not is_finished:
        (finished.path / "done").unlink()
    path = finished.path / "config.yaml"
    path.write_text(path.read_text().partition("decode:")[0].replace("  jobs: 0\n", "", 1))
    with pytest.raises(ArtefactError, match=r"must name every key, and lacks data\.jobs, decode\.") as caught:
        finished.config()
    assert "--resume" in caught.value.fix


def test_keys_younger_than_a_finished_run_have_their_defaults(finished: RunFolder) -> None:
    path = finished.path / "config.yaml"
    path.write_text(path.read_text().partition("decode:")[0])
    finished.mark_finished()
    assert finished.config() == CONFIG


def test_an_older_run_without_checksums_is_read(finished: RunFolder) -> None:
    (finished.path / "done").write_text("")
    path = finished.path / "config.yaml"
    path.write_text(path.read_text().replace("top_n: 3", "top_n: 4"))
    assert finished.config().model.top_n == 4
    assert not finished.is_intact
