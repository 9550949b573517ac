"""Shift weights of arms: by rule and target, and measured once, blind to labels, and reused."""

import json
from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.core.choices import ShiftRule
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index, read_index, write_index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.execution.arm_shift_weights import (
    ArmShiftWeights,
    arm_shift_weights,
    measured_shift_weights,
)
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.shift_file import Shifts, shared_file

NEAR, FAR = Shift(0.60, 0.5, 0.7), Shift(0.95, 0.5, 0.7)
SHIFTS: Shifts = {
    name: dict.fromkeys(("test", *"01234"), NEAR) | clear
    for name, clear in {"face": {"0": FAR}, "noise": {"test": FAR}, "voice": {}}.items()
}


def drawn_shifts(index: Index, name: str) -> dict[str, Shift]:
    """Shifts that cost nothing, other ones for every encoder and target; no label is read."""
    rng = np.random.default_rng(list(name.encode()))
    return {target: Shift(rng.uniform(0.5, 1), 0.4, 0.6) for target in ("test", *"01234")}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The encoders that were measured, which are drawn instead."""
    names: list[str] = []

    def measured(index: Index, name: str) -> dict[str, Shift]:
        names.append(name)
        return drawn_shifts(index, name)

    monkeypatch.setattr("blemore_cli.experiments.execution.arm_shift_weights.target_shifts", measured)
    return names


def trusted(config: Config, name: str = "one", *others: Config) -> list[ArmShiftWeights]:
    run, index = RunFolder(config.runs / name), read_index(config.data.index)
    with new_engine(1) as engine:
        return measured_shift_weights([config, *others], run, index, engine, lambda *_: None)


def write(project: Config, table: FeatureTable, label: np.ndarray) -> None:
    columns = zip(table.names, table.features, table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(project.data.index, replace(table.clips, label=label), encoders)


@pytest.mark.usefixtures("asked")
def test_it_holds_what_was_measured(project: Config) -> None:
    trusted(project)
    content = json.loads((project.runs / "one/shift.json").read_text())
    assert list(content) == ["face", "noise", "voice"]
    index = read_index(project.data.index)
    for name, targets in content.items():
        assert list(targets) == ["test", "0", "1", "2", "3", "4"]
        assert drawn_shifts(index, name) == {target: Shift(**figures) for target, figures in targets.items()}


def test_it_is_reused_and_measured_again_gives_its_bytes(project: Config, asked: list[str]) -> None:
    first = trusted(project)
    path = project.runs / "one/shift.json"
    before = path.read_bytes()
    assert trusted(project) == first
    assert asked == ["face", "noise", "voice"]
    path.unlink()
    next(project.runs.glob(".shift-*.json")).unlink()
    assert trusted(project) == first
    assert path.read_bytes() == before
    assert len(asked) == 6


def test_runs_of_one_index_share_what_is_measured(project: Config, asked: list[str]) -> None:
    voice = with_changes(project, {"model.encoders": ["voice"]})
    trusted(voice, "one")
    trusted(project, "two")
    trusted(voice, "three")
    assert asked == ["voice", "face", "noise"]
    assert list(json.loads((project.runs / "three/shift.json").read_text())) == ["voice"]


def test_a_damaged_shared_file_is_measured_anew(project: Config, asked: list[str]) -> None:
    trusted(project, "one")
    shared = next(project.runs.glob(".shift-*.json"))
    before = shared.read_bytes()
    shared.write_text('{"face": 1}')
    trusted(project, "two")
    assert (len(asked), shared.read_bytes()) == (6, before)


def test_only_encoders_of_arms_that_ask_are_measured(project: Config, asked: list[str]) -> None:
    voice = with_changes(project, {"model.encoders": ["voice"]})
    blind = with_changes(project, {"adapt.shift": "none"})
    arms = trusted(voice, "one", blind)
    assert asked == ["voice"]
    assert [arm.rule for arm in arms] == ["drop", "none"]
    trusted(project)
    assert asked == ["voice", "face", "noise"]
    trusted(blind, "two")
    assert not (project.runs / "two").exists()


def test_labels_change_no_byte(project: Config, tiny_table: FeatureTable) -> None:
    voice = with_changes(project, {"model.encoders": ["voice"]})
    first = trusted(voice)
    label = tiny_table.clips.label.copy()
    label[:300] = np.random.default_rng(0).permutation(label[:300])
    write(project, tiny_table, label)
    assert trusted(voice, "two") == first
    one, two = ((project.runs / name / "shift.json").read_bytes() for name in ("one", "two"))
    assert one == two


def test_an_error_of_a_worker_is_told(project: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise ArtefactError("the index cannot be read any more")

    monkeypatch.setattr("blemore_cli.experiments.execution.arm_shift_weights.target_shifts", broken)
    with pytest.raises(ArtefactError, match="any more"):
        trusted(project)
    assert not (project.runs / "one/shift.json").exists()


@pytest.mark.usefixtures("asked")
def test_a_shared_file_that_cannot_be_written_loses_nothing(project: Config) -> None:
    shared = shared_file(project.runs, read_index(project.data.index))
    shared.mkdir(parents=True)
    trusted(project, "one")
    assert (project.runs / "one/shift.json").is_file()


def test_what_a_run_measured_meanwhile_is_kept(project: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    face, voice = (with_changes(project, {"model.encoders": [name]}) for name in ("face", "voice"))
    is_first = [True]

    def measured(index: Index, name: str) -> dict[str, Shift]:
        if is_first.pop() if is_first else False:
            trusted(voice, "meanwhile")
        return drawn_shifts(index, name)

    monkeypatch.setattr("blemore_cli.experiments.execution.arm_shift_weights.target_shifts", measured)
    trusted(face, "one")
    shared = shared_file(project.runs, read_index(project.data.index))
    assert list(json.loads(shared.read_text())) == ["face", "voice"]


@pytest.fixture
def index(project: Config) -> Index:
    return read_index(project.data.index)


def test_each_target_has_a_trust_of_its_own(project: Config, index: Index) -> None:
    found = arm_shift_weights(project, index, SHIFTS)
    assert found.encoders == ("face", "noise", "voice")
    assert found.towards("held_out", 0) == (0.0, 1.0, 1.0)
    assert found.towards("held_out", 1) == ()
    assert found.towards("test", 0) == found.towards("test", 1) == (1.0, 0.0, 1.0)


def test_metrics_name_what_is_trusted_less(project: Config, index: Index) -> None:
    found = arm_shift_weights(project, index, SHIFTS)
    face, noise = {"face": {"auc": 0.95, "trust": 0.0}}, {"noise": {"auc": 0.95, "trust": 0.0}}
    assert found.report([0, 1], has_test=True).as_json() == {
        "rule": "drop",
        "test": noise,
        "folds": {"0": face, "1": {}},
    }
    assert found.report([1], has_test=False).as_json() == {"rule": "drop", "folds": {"1": {}}}


@pytest.mark.parametrize(("rule", "trust"), [("drop", 0.0), ("downweight", 1 / 6)])
def test_the_configuration_decides_the_rule_and_the_encoders(
    project: Config, index: Index, rule: ShiftRule, trust: float
) -> None:
    config = with_changes(project, {"adapt.shift": rule, "model.encoders": ["voice", "noise"]})
    np.testing.assert_allclose(arm_shift_weights(config, index, SHIFTS).towards("test", 0), (1.0, trust))
    alone = with_changes(project, {"adapt.shift": "drop", "model.encoders": ["noise"]})
    assert arm_shift_weights(alone, index, SHIFTS).towards("test", 0) == ()


def test_without_a_rule_all_are_trusted_and_nothing_is_read(project: Config, index: Index) -> None:
    found = arm_shift_weights(with_changes(project, {"adapt.shift": "none"}), index, {})
    assert found == ArmShiftWeights()
    assert found.towards("test", 0) == found.towards("held_out", 3) == ()


def test_an_encoder_that_one_side_lacks_is_not_used_whatever_the_rule(
    project: Config, tiny_table: FeatureTable
) -> None:
    clips, present = tiny_table.clips, tiny_table.present
    present[clips.is_test, 1] = present[clips.fold == 1, 1] = False
    present[:, 0] = clips.is_test | (clips.fold == 2)
    write(project, tiny_table, clips.label)
    for config in (project, with_changes(project, {"adapt.shift": "none"})):
        found = arm_shift_weights(config, read_index(project.data.index), SHIFTS)
        assert found.towards("test", 0) == (1.0, 1.0, 0.0)  # noise is shifted, but all that some clips have
        assert found.towards("held_out", 1) == (0.0, 1.0, 0.0)
        assert found.towards("held_out", 2) == (0.0, 1.0, 1.0)
        assert found.report([1], has_test=True).as_json() == {
            "rule": config.adapt.shift,
            "test": {},
            "folds": {"1": {}},
        }
