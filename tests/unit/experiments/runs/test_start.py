from pathlib import Path

import pytest

from blemore_cli.core.config.file import resolve_paths, with_changes
from blemore_cli.core.config.schema import Config, ModelConfig, TrainConfig
from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.experiments.runs import start
from blemore_cli.experiments.runs.find import find_run
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.start import (
    note_device,
    settle_config,
    settle_device,
    settle_index,
    settle_slots,
    start_run,
)

CONFIG = resolve_paths(Config(), Path("/project"))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)
    with pytest.raises(ArtefactError, match="unfinished"):
        start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)


def test_a_run_names_no_folder_of_this_machine_and_moves_with_its_project(tmp_path: Path) -> None:
    project, moved = tmp_path / "alice" / "project", tmp_path / "bob"
    config = resolve_paths(Config(), project)
    run = start_run(project / "runs", config, kind="train", name="mine", resume=False)
    text = (run.path / "config.yaml").read_text()
    assert "alice" not in text
    assert "runs: ..\n" in text
    assert run.config() == config
    project.rename(moved)
    there = start_run(moved / "runs", resolve_paths(Config(), moved), kind="train", name="mine", resume=True)
    assert there.config().data.index == moved / "index.h5"


def test_what_is_elsewhere_keeps_its_path(tmp_path: Path) -> None:
    config = resolve_paths(with_changes(Config(), {"data.index": "/project/../x/index.h5"}), Path("/project"))
    run = start_run(tmp_path, config, kind="train", name="mine", resume=False)
    assert run.config().data.index == Path("/x/index.h5")
    start_run(tmp_path, config, kind="train", name="mine", resume=True)


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


def test_costs_are_part_of_the_configuration_and_the_next_step_names_the_former_values(tmp_path: Path) -> None:
    older = CONFIG.model_copy(update={"model": ModelConfig(reduce="none")})
    start_run(tmp_path, older, kind="train", name="mine", resume=False)
    with pytest.raises(ArtefactError, match=r"differs in model\.reduce") as caught:
        start_run(tmp_path, CONFIG, kind="train", name="mine", resume=True)
    assert caught.value.fix.startswith("Resume with --set model.reduce=none, or")
    dearer = older.model_copy(update={"cost": {"face": 2.0}})
    with pytest.raises(ArtefactError, match="differs in cost"):
        start_run(tmp_path, dearer, kind="train", name="mine", resume=True)


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
    run = RunFolder(tmp_path / "mine")
    for _ in range(2):
        settle_index(run, "ab" * 32)
    with pytest.raises(ArtefactError, match=r"index\.sha256 is abababababab\.\.\., got cdcdcdcdcdcd"):
        settle_index(run, "cd" * 32)


def test_automatic_names_are_counted_by_command(tmp_path: Path) -> None:
    names = [start_run(tmp_path, CONFIG, kind=kind, name=None, resume=False).name for kind in ("train", "cv", "cv")]
    assert names == ["train-001", "cv-001", "cv-002"]
    assert start_run(tmp_path, CONFIG, kind="cv", name=None, resume=True).name == "cv-002"
    RunFolder(tmp_path / "cv-002").finish({})
    assert start_run(tmp_path, CONFIG, kind="cv", name=None, resume=True).name == "cv-001"


def test_an_unfinished_run_of_an_older_version_gets_the_keys_that_came_since(tmp_path: Path) -> None:
    run = start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)
    path = run.path / "config.yaml"
    whole = path.read_text()
    path.write_text(whole.partition("decode:")[0])
    start_run(tmp_path, CONFIG, kind="train", name="mine", resume=True)
    assert path.read_text() == whole
    path.write_text(whole.partition("decode:")[0])
    run.mark_finished()
    path.write_text(whole.partition("adapt:")[0])
    with pytest.raises(ArtefactError, match=r"config\.yaml must name every key, and lacks adapt\."):
        start_run(tmp_path, CONFIG, kind="train", name="mine", resume=True)


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden", "latest", "x" * 200])
def test_names_stay_in_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        start_run(tmp_path / "runs", CONFIG, kind="train", name=name, resume=False)
    assert not (tmp_path / "runs").exists()


def test_the_first_start_decides_the_slots(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "mine")
    assert settle_slots(run, None, lambda: 2) == 2
    assert settle_slots(run, None, lambda: 20) == settle_slots(run, 2, lambda: 20) == 2
    with pytest.raises(ArtefactError, match=r"keeps its slots, of which .* has 2, got --slots 20"):
        settle_slots(run, 20, lambda: 2)


def test_slots_can_be_chosen_for_a_new_run(tmp_path: Path) -> None:
    assert settle_slots(RunFolder(tmp_path), 7, lambda: 2) == 7
    assert (tmp_path / "slots").read_text() == "7\n"


@pytest.mark.parametrize("content", ["", "0", "-1", "two", "1.5", "9999999"])
def test_damaged_slots_are_named(tmp_path: Path, content: str) -> None:
    run = RunFolder(tmp_path / "mine")
    run.path.mkdir()
    (run.path / "slots").write_text(content)
    with pytest.raises(ArtefactError, match="slots must hold"):
        settle_slots(run, None, lambda: 2)


def test_a_run_that_was_begun_on_a_cpu_goes_on_there(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    run = RunFolder(tmp_path / "mine")
    assert settle_device(run, "cpu", is_here=True) == "cpu"
    request.getfixturevalue("gpu")
    assert settle_device(run, "auto", is_here=True) == "cpu"
    with pytest.raises(ArtefactError, match=r"of which .* has 'cpu', and here it would be 'NVIDIA H100'"):
        settle_device(run, "cuda", is_here=True)


def test_a_run_that_was_begun_on_a_gpu_goes_on_on_one_of_its_model(tmp_path: Path, gpu: str) -> None:
    run = RunFolder(tmp_path / "mine")
    for setting in ("auto", "cuda", "cuda:0"):
        assert settle_device(run, setting, is_here=True) == gpu
    with pytest.raises(ArtefactError, match=r"'NVIDIA H100', and here it would be 'cpu'") as caught:
        settle_device(run, "cpu", is_here=True)
    assert "on a machine that has the device" in caught.value.fix
    note_device(run, "NVIDIA A100")
    with pytest.raises(ArtefactError, match=r"'NVIDIA A100', and here it would be 'NVIDIA H100'"):
        settle_device(run, "auto", is_here=True)


def test_workers_elsewhere_decide_the_device(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "mine")
    assert settle_device(run, "cuda", is_here=False) == ""
    note_device(run, "NVIDIA A100")
    assert settle_device(run, "cuda", is_here=False) == "NVIDIA A100"


@pytest.mark.parametrize("resume", [False, True])
def test_a_run_that_another_process_writes_is_refused_untouched(tmp_path: Path, resume: bool) -> None:
    run = start_run(tmp_path, CONFIG, kind="train", name="mine", resume=False)
    (run.path / "lock").write_text('{"pid": 1, "host": "elsewhere", "started": ""}')
    (run.path / "kind").unlink()
    with pytest.raises(ArtefactError, match="process 1 of elsewhere"):
        start_run(tmp_path, CONFIG, kind="train", name="mine", resume=resume)
    assert sorted(path.name for path in run.path.iterdir()) == ["config.yaml", "lock"]


def test_two_processes_that_take_the_same_number_have_runs_of_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered = start._automatic_name

    def overtaken(root: Path, kind: str, *, resume: bool) -> str:
        name = numbered(root, kind, resume=resume)
        (root / "train-001").mkdir(exist_ok=True)  # by the other process, just after the numbers were read
        return name

    monkeypatch.setattr(start, "_automatic_name", overtaken)
    assert start_run(tmp_path, CONFIG, kind="train", name=None, resume=False).name == "train-002"
