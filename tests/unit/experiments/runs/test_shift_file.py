"""`shift.json` of a run: read back as it was written, and refused where it is damaged."""

import json

import pytest

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.data_checks.inspection import target_shifts
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.shift_file import (
    METHOD,
    SHIFT,
    Shifts,
    add_shared_shifts,
    for_test_clips,
    read_run_shifts,
    read_shared_shifts,
    shared_file,
    write_run_shifts,
)

PINNED = [3, 0.547882, 0.668414, 0.470248]
SHIFTS: Shifts = {
    name: {target: Shift(0.5 + i / 100, 0.4, 0.6) for i, target in enumerate(("test", *"01234"))}
    for name in ("voice", "face")
}


@pytest.fixture
def index(project: Config) -> Index:
    return read_index(project.data.index)


@pytest.fixture
def run(project: Config) -> RunFolder:
    run = RunFolder(project.runs / "one")
    write_run_shifts(run, SHIFTS)
    return run


def test_it_is_read_back_in_the_order_of_names(run: RunFolder, index: Index) -> None:
    shifts = read_run_shifts(run, index)
    assert (list(shifts), shifts) == (["face", "voice"], SHIFTS)
    assert for_test_clips(shifts) == {name: SHIFTS[name]["test"] for name in SHIFTS}
    assert read_run_shifts(RunFolder(run.path / "none"), index) == {}


def test_runs_add_to_what_they_share(run: RunFolder, index: Index) -> None:
    runs = run.path.parent
    assert read_shared_shifts(runs, index) == {}
    add_shared_shifts(runs, index, {"voice": SHIFTS["voice"]})
    add_shared_shifts(runs, index, {"face": SHIFTS["face"]})
    assert read_shared_shifts(runs, index) == SHIFTS
    shared_file(runs, index).write_text("{")
    assert read_shared_shifts(runs, index) == {}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"face": {"test": {"auc": "high"}}}', '{"face": {"0": {}}}'])
def test_a_damaged_one_is_refused(run: RunFolder, index: Index, content: str) -> None:
    (run.path / SHIFT).write_text(content)
    with pytest.raises(ArtefactError, match=r"shift\.json"):
        read_run_shifts(run, index)


def test_one_of_other_targets_is_refused(run: RunFolder, index: Index) -> None:
    content = json.loads((run.path / SHIFT).read_text())
    del content["voice"]["3"]
    (run.path / SHIFT).write_text(json.dumps(content))
    with pytest.raises(ArtefactError, match="for every fold and the test clips"):
        read_run_shifts(run, index)


def test_the_way_of_measuring_has_a_number_that_changes_with_its_figures(index: Index) -> None:
    """Whoever changes these figures raises `METHOD`, so that runs do not share what was measured otherwise."""
    shifts = target_shifts(index, "face")
    figures = [METHOD, shifts["test"].auc, shifts["test"].null_high, shifts["0"].auc]
    assert figures == pytest.approx(PINNED, abs=1e-4)
