from pathlib import Path

import pytest

from blemore_cli.core.config.file import resolve_paths
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.find import find_run, finished_names
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
