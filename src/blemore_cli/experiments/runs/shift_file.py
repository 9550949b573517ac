"""Schema of `shift.json`: the shift of each encoder for everything that a run predicts, measured once for an index."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import astuple, replace
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import TypeAdapter

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_json
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.progress import advance
from blemore_cli.core.parallel.task_outcome import Failed
from blemore_cli.core.validation import read_json
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.data_checks.inspection import target_shifts
from blemore_cli.experiments.execution.arm_shift_weights import TEST, Shifts, arm_shift_weights
from blemore_cli.experiments.execution.plan import Arm
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.training.device import limit_threads

SHIFT: Final = "shift.json"
SCHEMA: Final = TypeAdapter(Shifts)
FIX: Final = "Delete it, then --resume."
METHOD: Final = 1
"""How shifts are measured; whoever changes the figures of `evaluation/domain_shift/shift.py` raises it."""


def shared_file(runs: Path, index: Index) -> Path:
    """Where the runs of an index find what one of them has measured; it may be deleted at any time."""
    return runs / f".shift-{METHOD}-{index.sha256[:16]}.json"


def with_shift_weights(
    arms: Sequence[Arm], run: RunFolder, index: Index, engine: Engine, progress: Callable[[float, int], None]
) -> list[Arm]:
    """The same arms with the shift weights of their encoders; nothing is measured where no arm has a shift rule.

    What another run beside this one has measured of the same index is taken from its shared file.

    Args:
        arms: The arms of a run.
        run: Its folder, which keeps what is measured.
        index: The index of all arms.
        engine: Measures one encoder in each task.
        progress: Called with the encoders done and all that are measured.

    Raises:
        ArtefactError: If the run's `shift.json` is damaged, or of other targets.
    """
    weighing = [arm for arm in arms if arm.config.adapt.shift != "none"]
    wanted = {name for arm in weighing for name in arm.config.model.encoders or index.encoders}
    path = run.path / SHIFT
    shifts = _read(path, index) if path.is_file() else {}
    if wanted - set(shifts):
        shared = shared_file(run.path.parent, index)
        known = _known(shared, index)
        missing = sorted(wanted - set(shifts) - set(known))
        if missing:
            known |= _measured(missing, index, arms[0].config.train.threads, engine, progress)
            _share(shared, index, known)
        shifts |= {name: known[name] for name in wanted - set(shifts)}
        _write(path, shifts)
    return [replace(arm, shift_weights=arm_shift_weights(arm.config, index, shifts)) for arm in arms]


def measured_shifts(run: RunFolder, index: Index) -> dict[str, Shift]:
    """The shift of each encoder for the test clips, where a run measured it; otherwise nothing.

    Raises:
        ArtefactError: If `shift.json` is damaged, or of other targets than those of the index.
    """
    path = run.path / SHIFT
    return _of_test(_read(path, index) if path.is_file() else {})


def shared_shifts(runs: Path, index: Index) -> dict[str, Shift]:
    """The shift of each encoder for the test clips, as far as any run of the index measured it."""
    return _of_test(_known(shared_file(runs, index), index))


def _of_test(shifts: Shifts) -> dict[str, Shift]:
    return {name: by_target[TEST] for name, by_target in shifts.items() if TEST in by_target}


def _measured(
    names: Sequence[str], index: Index, threads: int, engine: Engine, progress: Callable[[float, int], None]
) -> Shifts:
    tasks = [(index, name, threads) for name in names]
    outcomes = engine.run(_measure, tasks, progress=lambda amount: progress(amount, len(names)))
    shifts = {}
    for name, outcome in zip(names, outcomes, strict=True):
        if isinstance(outcome, Failed):
            outcome.raise_again()
        shifts[name] = outcome
    return shifts


def _measure(task: tuple[Index, str, int]) -> dict[str, Shift]:
    index, name, threads = task
    limit_threads(threads)
    shifts = target_shifts(index, name)
    advance()
    return shifts


def _share(shared: Path, index: Index, known: Shifts) -> None:
    """Adds what was measured to what others have measured meanwhile; where it cannot be written, nothing is lost."""
    with suppress(ArtefactError):
        _write(shared, _known(shared, index) | known)


def _known(shared: Path, index: Index) -> Shifts:
    """What another run has measured; a file that is damaged is measured anew."""
    try:
        return _read(shared, index)
    except ArtefactError:
        return {}


def _write(path: Path, shifts: Shifts) -> None:
    write_json(path, SCHEMA.dump_python({name: shifts[name] for name in sorted(shifts)}))


def _read(path: Path, index: Index) -> Shifts:
    shifts = read_json(path, SCHEMA, fix=FIX)
    folds = map(str, np.unique(index.clips.fold[~index.clips.is_test]))
    targets = {*([TEST] if index.clips.is_test.any() else []), *folds}
    if any(set(by_target) != targets for by_target in shifts.values()):
        raise ArtefactError(f"{path} must hold the shift of each encoder for every fold and the test clips", fix=FIX)
    figures = [value for by_target in shifts.values() for shift in by_target.values() for value in astuple(shift)]
    if not all(value is None or 0 <= value <= 1 for value in figures):
        raise ArtefactError(f"{path} must hold AUCs, which are between 0 and 1", fix=FIX)
    return shifts
