"""Schema of `shift.json`: the shift of each encoder for everything that a run predicts, measured once for an index."""

from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import TypeAdapter

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_json
from blemore_cli.core.validation import read_json
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.encoder_gaps import TEST
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.runs.folder import RunFolder

Shifts = dict[str, dict[str, Shift]]
"""The shift of each encoder by its name, for each target."""

SHIFT: Final = "shift.json"
SCHEMA: Final = TypeAdapter(Shifts)
FIX: Final = "Delete it, then --resume."
METHOD: Final = 3
"""How shifts are measured; whoever changes the figures of `evaluation/domain_shift/shift.py` raises it."""


def shared_file(runs: Path, index: Index) -> Path:
    """Where the runs of an index find what one of them has measured; it may be deleted at any time."""
    return runs / f".shift-{METHOD}-{index.sha256[:16]}.json"


def read_run_shifts(run: RunFolder, index: Index) -> Shifts:
    """The shifts that a run keeps; nothing where it measured none.

    Raises:
        ArtefactError: If `shift.json` is damaged, or of other targets than those of the index.
    """
    path = run.path / SHIFT
    if not path.is_file():
        return {}
    shifts = _read(path, index)
    run.check(SHIFT)
    return shifts


def write_run_shifts(run: RunFolder, shifts: Shifts) -> None:
    """Writes `shift.json` of a run."""
    _write(run.path / SHIFT, shifts)


def read_shared_shifts(runs: Path, index: Index) -> Shifts:
    """What any run of the index has measured; nothing where the shared file is missing or damaged."""
    try:
        return _read(shared_file(runs, index), index)
    except ArtefactError:
        return {}


def add_shared_shifts(runs: Path, index: Index, shifts: Shifts) -> None:
    """Adds shifts to those that other runs have shared meanwhile; where it cannot be written, nothing is lost."""
    with suppress(ArtefactError):
        _write(shared_file(runs, index), read_shared_shifts(runs, index) | shifts)


def for_test_clips(shifts: Shifts) -> dict[str, Shift]:
    """The shift of each encoder for the test clips."""
    return {name: by_target[TEST] for name, by_target in shifts.items() if TEST in by_target}


def _write(path: Path, shifts: Shifts) -> None:
    write_json(path, SCHEMA.dump_python({name: shifts[name] for name in sorted(shifts)}))


def _read(path: Path, index: Index) -> Shifts:
    shifts = read_json(path, Shifts, fix=FIX)
    folds = map(str, np.unique(index.clips.fold[~index.clips.is_test]))
    targets = {*([TEST] if index.clips.is_test.any() else []), *folds}
    if any(set(by_target) != targets for by_target in shifts.values()):
        raise ArtefactError(f"{path} must hold the shift of each encoder for every fold and the test clips", fix=FIX)
    figures = [value for by_target in shifts.values() for shift in by_target.values() for value in astuple(shift)]
    if not all(value is None or 0 <= value <= 1 for value in figures):
        raise ArtefactError(f"{path} must hold AUCs, which are between 0 and 1", fix=FIX)
    return shifts
