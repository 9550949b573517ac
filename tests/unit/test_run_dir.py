from pathlib import Path

import pytest

from blemore_cli.core.config import Config, ModelConfig, TrainConfig
from blemore_cli.core.config_file import resolve_paths
from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.experiments.run_dir import RunDir, find_run, finished_names, settle_config, settle_index, start_run

CONFIG = resolve_paths(Config(), Path("/project"))


def test_names_count_up_and_latest_names_one(tmp_path: Path) -> None:
    for number in (1, 2):
        run = start_run(tmp_path, CONFIG, kind="train", name=None, resume=False)
        assert run.name == f"train-{number:03d}"
        run.finish({"n": number})
        run.become_latest()
    assert find_run(tmp_path, None).name == "train-002"
    assert find_run(tmp_path, "train-001").metrics() == {"n": 1}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)
    with pytest.raises(ArtefactError, match="unfinished"):
        start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)


def test_resume_takes_the_unfinished_run_and_its_configuration(tmp_path: Path) -> None:
    start_run(tmp_path, CONFIG, kind="train", name=None, resume=False)
    more_workers = CONFIG.model_copy(update={"train": TrainConfig(jobs=7)})
    assert start_run(tmp_path, more_workers, kind="train", name=None, resume=True).name == "train-001"
    other = CONFIG.model_copy(update={"model": ModelConfig(top_n=9)})
    with pytest.raises(ArtefactError, match=r"model\.top_n"):
        start_run(tmp_path, other, kind="train", name=None, resume=True)


def test_the_number_of_processes_alone_may_change(tmp_path: Path) -> None:
    run = start_run(tmp_path, CONFIG, kind="cv", name="mine", resume=False)
    settle_config(run, CONFIG.model_copy(update={"data": CONFIG.data.model_copy(update={"jobs": 3})}))
    assert run.config() == CONFIG
    with pytest.raises(ArtefactError, match=r"differs in train\.seed, train\.learning_rate"):
        settle_config(run, CONFIG.model_copy(update={"train": TrainConfig(jobs=7, seed=4, learning_rate=1)}))
    assert run.config() == CONFIG


def test_a_run_is_gone_on_with_by_the_command_that_began_it(tmp_path: Path) -> None:
    run = start_run(tmp_path, CONFIG, kind="cv", name="mine", resume=True)
    assert run.kind == "cv"
    with pytest.raises(ArtefactError, match=r"`blemore ablate`.* is one of `blemore cv`"):
        start_run(tmp_path, CONFIG, kind="ablate", name="mine", resume=True)
    with pytest.raises(ArtefactError) as caught:
        find_run(tmp_path, "mine")
    assert "`blemore cv --name mine --resume`" in caught.value.fix


def test_a_run_of_an_older_version_is_gone_on_with_by_any(tmp_path: Path) -> None:
    run = start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)
    (run.path / "kind").unlink()
    assert start_run(tmp_path, CONFIG, kind="cv", name="mine", resume=True).kind == "cv"


def test_a_run_keeps_its_index(tmp_path: Path) -> None:
    run = RunDir(tmp_path / "mine")
    for _ in range(2):
        settle_index(run, "ab" * 32)
    with pytest.raises(ArtefactError, match=r"index\.sha256 is abababababab\.\.\., got cdcdcdcdcdcd"):
        settle_index(run, "cd" * 32)


def test_automatic_names_are_counted_by_command(tmp_path: Path) -> None:
    names = [start_run(tmp_path, CONFIG, kind=kind, name=None, resume=False).name for kind in ("train", "cv", "cv")]
    assert names == ["train-001", "cv-001", "cv-002"]
    assert start_run(tmp_path, CONFIG, kind="cv", name=None, resume=True).name == "cv-002"
    RunDir(tmp_path / "cv-002").finish({})
    assert start_run(tmp_path, CONFIG, kind="cv", name=None, resume=True).name == "cv-001"


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


def test_finishing_removes_what_the_inner_trainings_said(tmp_path: Path) -> None:
    run = RunDir(tmp_path / "mine")
    run.inner.mkdir(parents=True)
    (run.inner / "seed0-0+1.safetensors").write_bytes(b"x")
    run.finish({"n": 1})
    assert run.is_finished
    assert run.metrics() == {"n": 1}
    assert not run.inner.exists()


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden", "latest", "x" * 200])
def test_names_stay_in_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        start_run(tmp_path / "runs", CONFIG, kind="train", name=name, resume=False)
    assert not (tmp_path / "runs").exists()


def test_unfinished_and_unknown_runs_are_not_found(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="none"):
        find_run(tmp_path, None)
    start_run(tmp_path, CONFIG, kind="train", name="half", resume=False)
    with pytest.raises(ArtefactError, match="must be finished"):
        find_run(tmp_path, "half")
    with pytest.raises(ArtefactError, match="half"):
        find_run(tmp_path, "nope")


@pytest.mark.parametrize("content", ["", "x: 1", "{{", "- a"])
def test_a_damaged_config_of_a_run_is_an_artefact(tmp_path: Path, content: str) -> None:
    run = start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)
    (run.path / "config.yaml").write_text(content)
    with pytest.raises(ArtefactError, match=r"config\.yaml"):
        run.config()


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
