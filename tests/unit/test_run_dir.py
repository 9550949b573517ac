from pathlib import Path

import pytest

from blemore_cli.core.config import Config, ModelConfig, TrainConfig
from blemore_cli.core.config_file import resolve_paths
from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.experiments.run_dir import find_run, start_run

CONFIG = resolve_paths(Config(), Path("/project"))


def test_names_count_up_and_latest_names_the_newest_finished(tmp_path: Path) -> None:
    for number in (1, 2):
        run = start_run(tmp_path, CONFIG, kind="train", name=None, resume=False)
        assert run.name == f"train-{number:03d}"
        run.finish({"n": number})
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
