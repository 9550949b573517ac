from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.execution import worker
from blemore_cli.experiments.execution.plan import Arm, fold_units, inner_units
from blemore_cli.experiments.execution.unit import InnerUnit, Unit
from blemore_cli.experiments.execution.worker import Failure, work_on
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.training.checkpoint import load_checkpoint
from blemore_cli.training.group import EpochPredictions
from blemore_cli.training.spec import TrainingSpec


def arm(config: Config, tmp_path: Path, seeds: tuple[int, ...] = (0,), folds: tuple[int, ...] = (0,)) -> Arm:
    return Arm("one", config, RunFolder(tmp_path / "one"), seeds, folds)


def inner(config: Config, tmp_path: Path) -> tuple[InnerUnit, ...]:
    return tuple(inner_units(arm(config, tmp_path), read_index(config.data.index).clips))


def trained(units: tuple[Unit, ...]) -> list[Failure]:
    return work_on(units, index=read_index(units[0].task.config.data.index))


def predictions_of(task: TrainingSpec) -> EpochPredictions:
    return EpochPredictions(np.full(1, task.seed + 3.0), np.full((1, len(task.target), 36), 1 / 36, dtype=np.float32))


def test_a_closed_form_is_written_without_inner_trainings(project: Config, tmp_path: Path) -> None:
    config = with_changes(project, {"model.family": "frequent_blend", "model.heads": "softmax_labels"})
    final = tuple(fold_units([arm(config, tmp_path)], read_index(config.data.index).clips))
    assert trained(final) == []
    assert load_checkpoint(final[0].path).network.architecture.family == "frequent_blend"


def test_what_is_done_is_left_as_it_is(project: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "train_and_predict", lambda _, tasks: [predictions_of(task) for task in tasks])
    units = inner(project, tmp_path)
    trained(units)
    units[0].path.write_bytes(b"mine")
    units[1].path.unlink()
    trained(units)
    assert units[0].path.read_bytes() == b"mine"
    assert units[1].is_done


@pytest.mark.parametrize("error", [MemoryError("all gone"), RuntimeError("can't allocate"), DataError("no")])
def test_a_training_that_cannot_be_does_not_take_others_along(
    project: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def watch(_: FeatureTable, tasks: Sequence[TrainingSpec]) -> list[EpochPredictions]:
        if any(task.left_out == "0+3" for task in tasks):
            raise error
        return [predictions_of(task) for task in tasks]

    monkeypatch.setattr(worker, "train_and_predict", watch)
    units = inner(project, tmp_path)
    (failure,) = trained(units)
    assert failure.arm == "one"
    assert str(error) in failure.error.message
    assert isinstance(failure.error, DataError) == isinstance(error, DataError)
    assert [unit.is_done for unit in units] == [unit.task.left_out != "0+3" for unit in units]


def test_a_training_that_diverged_is_a_failure_of_its_own(
    project: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watch(_: FeatureTable, tasks: Sequence[TrainingSpec]) -> list[EpochPredictions | BlemoreError]:
        return [predictions_of(task) if task.left_out != "0+2" else DataError("must stay finite") for task in tasks]

    monkeypatch.setattr(worker, "train_and_predict", watch)
    units = inner(project, tmp_path)
    assert [failure.error.message for failure in trained(units)] == ["must stay finite"]
    assert sum(unit.is_done for unit in units) == 3


def test_a_bug_is_not_a_failure_of_an_arm(project: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def watch(*_: object) -> list[EpochPredictions]:
        raise KeyError("a bug")

    monkeypatch.setattr(worker, "train_and_predict", watch)
    with pytest.raises(KeyError):
        trained(inner(project, tmp_path))
