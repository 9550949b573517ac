"""`shift.json` of a run: measured once, blind to labels, reused, and refused where it is damaged."""

import json
from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index, read_index, write_index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.data_checks.inspection import target_shifts
from blemore_cli.experiments.execution.plan import Arm
from blemore_cli.experiments.runs import shift_file
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.shift_file import measured_shifts, with_shift_weights

PINNED = [1, 0.547882, 0.668414, 0.470248]


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

    monkeypatch.setattr(shift_file, "target_shifts", measured)
    return names


def trusted(config: Config, name: str = "one", *others: Config) -> list[Arm]:
    run = RunFolder(config.runs / name)
    arms = [Arm(f"arm{i}", each, run, (0,), (0, 1)) for i, each in enumerate([config, *others])]
    with new_engine(1) as engine:
        return with_shift_weights(arms, run, read_index(config.data.index), engine, lambda *_: None)


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


@pytest.mark.usefixtures("asked")
def test_what_was_measured_for_the_test_clips_is_read_back(project: Config) -> None:
    index, run = read_index(project.data.index), RunFolder(project.runs / "one")
    assert measured_shifts(run, index) == {}
    trusted(project)
    assert measured_shifts(run, index) == {name: drawn_shifts(index, name)["test"] for name in index.encoders}


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
    assert [arm.shift_weights.rule for arm in arms] == ["drop", "none"]
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
    assert [arm.shift_weights for arm in trusted(voice, "two")] == [arm.shift_weights for arm in first]
    one, two = ((project.runs / name / "shift.json").read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"face": {"test": {"auc": "high"}}}', '{"face": {"0": {}}}'])
def test_a_damaged_one_is_refused(project: Config, content: str) -> None:
    trusted(project)
    (project.runs / "one/shift.json").write_text(content)
    with pytest.raises(ArtefactError, match=r"shift\.json"):
        trusted(project)


@pytest.mark.usefixtures("asked")
def test_one_of_other_targets_is_refused(project: Config) -> None:
    trusted(project)
    path = project.runs / "one/shift.json"
    content = json.loads(path.read_text())
    del content["voice"]["3"]
    path.write_text(json.dumps(content))
    with pytest.raises(ArtefactError, match="for every fold and the test clips"):
        trusted(project)


def test_an_error_of_a_worker_is_told(project: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise ArtefactError("the index cannot be read any more")

    monkeypatch.setattr(shift_file, "target_shifts", broken)
    with pytest.raises(ArtefactError, match="any more"):
        trusted(project)
    assert not (project.runs / "one/shift.json").exists()


@pytest.mark.usefixtures("asked")
def test_a_shared_file_that_cannot_be_written_loses_nothing(project: Config) -> None:
    shared = shift_file.shared_file(project.runs, read_index(project.data.index))
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

    monkeypatch.setattr(shift_file, "target_shifts", measured)
    trusted(face, "one")
    shared = shift_file.shared_file(project.runs, read_index(project.data.index))
    assert list(json.loads(shared.read_text())) == ["face", "voice"]


def test_the_way_of_measuring_has_a_number_that_changes_with_its_figures(project: Config) -> None:
    """Whoever changes these figures raises `METHOD`, so that runs do not share what was measured otherwise."""
    found = target_shifts(read_index(project.data.index), "face")
    figures = [shift_file.METHOD, found["test"].auc, found["test"].null_high, found["0"].auc]
    assert figures == pytest.approx(PINNED, abs=1e-4)
