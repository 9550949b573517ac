from collections.abc import Callable
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, BlemoreError, DataError
from blemore_cli.core.parallel.task_outcome import failure
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.experiments import ablation
from blemore_cli.experiments.ablation import run_ablation
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.execution.arms import Difference, configs_of
from blemore_cli.experiments.execution.collect_results import collect_results
from blemore_cli.experiments.execution.plan import Arm
from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.start import start_run
from blemore_cli.training import group, preparation

pytestmark = pytest.mark.slow  # it trains, if tiny networks

Ablate = Callable[..., Ablation]
SAME: Difference = {"model.top_n": 2}
BROKEN: Difference = {"train.learning_rate": 1e30}
BROKEN_AT_LAST: Difference = {"train.learning_rate": 1e38, "train.batch_size": 1000, "train.max_epochs": 1}
"""One step: its loss is finite, and nothing that is predicted after it."""


@pytest.fixture
def ablate(project: Config) -> Ablate:
    """Compares arms, given as their differences, with the configuration of the project."""

    def run(seeds: tuple[int, ...] = (0,), base: Config = project, **others: Difference) -> Ablation:
        differences: dict[str, Difference] = {"learned": {}, **others}
        folder = start_run(base.runs, base, kind="ablate", name="abl", resume=True)
        index = read_index(base.data.index)
        configs = configs_of(base, differences)
        return run_ablation(configs, differences, folder, index=index, seeds=seeds, progress=lambda *_: None)

    return run


def run_of(project: Config, arm: str) -> RunFolder:
    return RunFolder(project.runs / "abl" / "arms" / arm)


def test_an_arm_without_a_difference_is_the_reference_bit_for_bit(project: Config, ablate: Ablate) -> None:
    result = ablate(same=SAME, seeds=(0, 1))
    for name in ("oof.csv", "gate_oof.csv", "log.jsonl"):
        assert (run_of(project, "same").path / name).read_bytes() == (
            run_of(project, "learned").path / name
        ).read_bytes()
    assert {test.p_value for test in result.tests} == {None}
    assert {test.difference for test in result.tests} == {0}
    assert all(test.note for test in result.tests)
    (sentence,) = result.sentences
    assert "not tested" in sentence


def test_arms_of_evidence_share_what_selection_does_not_decide_and_are_what_they_are_alone(
    project: Config, ablate: Ablate, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = {module.__name__: 0 for module in (group, preparation)}

    def count(module: ModuleType, name: str) -> None:
        real = getattr(module, name)

        def counting(*args: Any) -> Any:
            counted[module.__name__] += len(args[0]) if name == "_trainer" else 1
            return real(*args)

        monkeypatch.setattr(module, name, counting)

    count(group, "_trainer")
    count(preparation, "fit_pool")
    base = with_changes(project, {"model.fusion": "evidence", "model.top_n": 1, "train.max_epochs": 1})
    ablate(base=base, random={"model.selection": "random"}, mean={"model.selection": "mean"})
    assert list(counted.values()) == [10 + 5, 5]  # inner trainings and fold models; pools
    config = with_changes(base, {"model.selection": "random"})
    alone = start_run(base.runs, config, kind="train", name="alone", resume=False)
    cross_validate(config, alone, seeds=(0,), folds=(0,), progress=lambda *_: None)
    for table in ("oof.csv", "gate_oof.csv", "soundness_oof.csv"):
        of_fold = (alone.path / table).read_bytes()
        assert of_fold == (run_of(project, "random").path / table).read_bytes()[: len(of_fold)], table


def test_arms_share_clips_folds_seeds_and_what_they_start_from(project: Config, ablate: Ablate) -> None:
    result = ablate(random={"model.selection": "random"}, linear={"model.heads": "softmax_labels"}, seeds=(4, 5))
    keys = [
        pd.read_csv(run_of(project, arm.name).path / "oof.csv")[["filename", "fold", "seed"]] for arm in result.arms
    ]
    assert keys[0].equals(keys[1])
    assert keys[0].equals(keys[2])
    logs = [pd.read_json(run_of(project, name).path / "log.jsonl", lines=True) for name in ("learned", "random")]
    first = [log[(log["epoch"] == 1) & log["stage"].str.startswith("inner")]["loss"].tolist() for log in logs]
    assert first[0] == first[1]  # selection begins after the first epoch: until then the arms are the same


@pytest.mark.parametrize("broken", [BROKEN, BROKEN_AT_LAST], ids=["loss", "predictions"])
def test_a_failing_arm_is_named_and_leaves_the_others(project: Config, ablate: Ablate, broken: Difference) -> None:
    result = ablate(broken=broken, wide={"model.d_latent": 12})
    assert [arm.name for arm in result.arms] == ["learned", "wide"]
    assert list(result.failed) == ["broken"]
    assert "finite" in result.failed["broken"]
    assert {test.a for test in result.tests} == {"wide"}
    assert result.as_json()["failed"] == result.failed
    assert not run_of(project, "broken").is_finished
    assert run_of(project, "wide").is_finished


def test_an_arm_that_cannot_be_gathered_fails_alone(
    project: Config, ablate: Ablate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def some(arm: Arm, *, index: Index, slots: int) -> Any:
        if arm.name == "random":
            raise ArtefactError("a checkpoint is damaged")
        return collect_results(arm, index=index, slots=slots)

    monkeypatch.setattr(ablation, "collect_results", some)
    result = ablate(random={"model.selection": "random"})
    assert result.failed == {"random": "a checkpoint is damaged"}
    assert run_of(project, "learned").is_finished


def test_a_reference_that_failed_is_an_error(project: Config, ablate: Ablate) -> None:
    base = configs_of(project, {"base": BROKEN})["base"]
    with pytest.raises(DataError, match="finite"):
        ablate(base=base, random={"model.selection": "random"})
    assert not RunFolder(project.runs / "abl").is_finished


def test_the_class_of_an_error_is_kept() -> None:
    def message_of(error: Exception) -> tuple[type, str]:
        own = ablation._error_of(failure(error))
        return type(own), own.message

    assert message_of(DataError("torn")) == (DataError, "torn")
    assert message_of(KeyError("joy")) == (BlemoreError, "KeyError: 'joy'")


def test_whoever_writes_the_tables_marks_the_run_finished(project: Config, ablate: Ablate) -> None:
    ablate(same=SAME)
    assert not RunFolder(project.runs / "abl").is_finished


def test_seeds_and_arms_can_be_added(project: Config, ablate: Ablate) -> None:
    ablate(seeds=(0,))
    model = run_of(project, "learned").checkpoints / "seed0-fold3" / "model.safetensors"
    before = model.stat().st_mtime_ns
    grown = ablate(random={"model.selection": "random"}, seeds=(0, 1))
    assert ([arm.name for arm in grown.arms], grown.seeds) == (["learned", "random"], (0, 1))
    assert model.stat().st_mtime_ns == before
    fewer = ablate(random={"model.selection": "random"}, seeds=(1,))
    assert [arm.n_seeds for arm in fewer.arms] == [1, 1]
    assert set(pd.read_csv(run_of(project, "random").path / "oof.csv")["seed"]) == {1}


def test_an_arm_keeps_its_configuration(project: Config, ablate: Ablate) -> None:
    ablate(wide={"model.d_latent": 12})
    with pytest.raises(ArtefactError, match=r"wide.*model\.d_latent"):
        ablate(wide={"model.d_latent": 10})


def test_an_index_that_changed_is_refused(project: Config, ablate: Ablate) -> None:
    ablate()
    (project.runs / "abl" / "index.sha256").write_text("0" * 64 + "\n")
    with pytest.raises(ArtefactError, match="keeps its index"):
        ablate(same=SAME)
