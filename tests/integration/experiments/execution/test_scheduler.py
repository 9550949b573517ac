"""The order in which the trainings of arms are done, with small networks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.core.parallel.progress import advance
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.experiments.execution import lost_groups
from blemore_cli.experiments.execution.plan import Arm, fold_paths
from blemore_cli.experiments.execution.scheduler import Scheduler
from blemore_cli.experiments.execution.unit import Unit
from blemore_cli.experiments.execution.worker import Failure, work_on
from blemore_cli.experiments.runs.folder import RunFolder

pytestmark = pytest.mark.slow


def arm(project: Config, name: str, folds: tuple[int, ...] = (0, 1), **changes: Any) -> Arm:
    config = with_changes(project, {key.replace("__", "."): value for key, value in changes.items()})
    return Arm(name, config, RunFolder(project.runs / name), (0,), folds)


class Watch:
    """Trains, and remembers what was asked for and how far it was."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.units: list[str] = []
        self.reports: list[tuple[float, int]] = []
        monkeypatch.setattr(lost_groups, "work_on", self._work_on)

    def _work_on(self, units: tuple[Unit, ...], *, index: Index) -> list[Failure]:
        self.units += [f"{unit.arm} {unit.path.name}" for unit in units]
        return work_on(units, index=index)

    def train(self, arms: Sequence[Arm]) -> list[tuple[list[str], list[str]]]:
        """The waves: names of their arms, and the arms that failed."""
        self.units.clear()
        self.reports.clear()
        index = read_index(arms[0].config.data.index)
        with new_engine(1) as engine:
            scheduler = Scheduler(index, arms, engine, slots=2, progress=lambda *report: self.reports.append(report))
            waves = list(scheduler.waves())
        return [([each.name for each in wave], [failure.arm for failure in failed]) for wave, failed in waves]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


def test_arms_that_can_be_stacked_are_trained_together(project: Config, watch: Watch) -> None:
    arms = [
        arm(project, "learned"),
        arm(project, "wide", model__d_latent=12),
        arm(project, "random", model__selection="random"),
    ]
    assert watch.train(arms) == [(["learned", "random"], []), (["wide"], [])]
    assert all(path.is_dir() for each in arms for path in fold_paths(each))
    first, second = watch.units[:14], watch.units[14:]
    assert {unit.split()[0] for unit in first} == {"learned", "random"}
    assert all(unit.endswith(".safetensors") for unit in first)  # inner trainings come before fold models
    assert [unit.split()[1] for unit in second[:4]] == ["seed0-fold0", "seed0-fold0", "seed0-fold1", "seed0-fold1"]


def test_progress_counts_every_training_up_to_all(project: Config, watch: Watch) -> None:
    watch.train([arm(project, "learned"), arm(project, "wide", model__d_latent=12)])
    done = [done for done, _ in watch.reports]
    assert {total for _, total in watch.reports} == {2 * (7 + 2)}
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 18)
    assert any(0 < each < 7 for each in done)


def test_what_is_done_is_not_trained_again(project: Config, watch: Watch) -> None:
    one = arm(project, "learned")
    watch.train([one])
    assert watch.train([one]) == [(["learned"], [])]
    assert watch.units == []
    assert (watch.reports[0], watch.reports[-1]) == ((7, 9), (9, 9))


def test_what_is_missing_is_trained_with_its_group(project: Config, watch: Watch) -> None:
    one = arm(project, "learned")
    watch.train([one])
    before = {path: (path / "model.safetensors").read_bytes() for path in fold_paths(one)}
    lost = fold_paths(one)[1]
    lost.rename(lost.with_name("elsewhere"))
    for file in one.run.inner.glob("*0+1*"):
        file.unlink()
    watch.train([one])
    assert "learned seed0-0+1.safetensors" in watch.units
    assert {path: (path / "model.safetensors").read_bytes() for path in fold_paths(one)} == before


def test_an_arm_that_failed_is_named_and_the_others_go_on(project: Config, watch: Watch) -> None:
    arms = [
        arm(project, "learned"),
        arm(project, "broken", train__learning_rate=1e30),
        arm(project, "wide", model__d_latent=12),
    ]
    waves = watch.train(arms)
    assert [(wave, set(failed)) for wave, failed in waves] == [
        (["learned"], set()),
        (["broken"], {"broken"}),
        (["wide"], set()),
    ]
    assert [path.is_dir() for each in arms for path in fold_paths(each)] == [True, True, False, False, True, True]


def test_a_bug_stops_everything(project: Config, monkeypatch: pytest.MonkeyPatch, watch: Watch) -> None:
    def broken(_: object, *, index: Index) -> list[Failure]:
        advance()
        raise KeyError("a bug")

    monkeypatch.setattr(lost_groups, "work_on", broken)
    with pytest.raises(KeyError, match="a bug"):
        watch.train([arm(project, "learned")])


def test_a_closed_form_has_fold_models_alone(project: Config, watch: Watch) -> None:
    closed = arm(project, "frequent", model__family="frequent_single", model__heads="softmax_labels")
    watch.train([closed])
    assert watch.units == ["frequent seed0-fold0", "frequent seed0-fold1"]
    assert watch.reports[-1] == (2, 2)


def test_relative_widths_decide_the_stacks(project: Config, tmp_path: Path, watch: Watch) -> None:
    narrow = arm(project, "narrow", model__encoders=["voice"])
    assert tmp_path in narrow.run.path.parents
    watch.train([narrow])
    assert all(path.is_dir() for path in fold_paths(narrow))
