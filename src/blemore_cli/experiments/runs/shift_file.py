"""`shift.json`: the shift of every encoder for everything that a run predicts, measured once for an index."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_json
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.progress import advance
from blemore_cli.core.parallel.task_outcome import Failed
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.data_checks.inspection import target_shifts
from blemore_cli.experiments.execution.arm_shift_weights import TEST, Shifts, arm_shift_weights
from blemore_cli.experiments.execution.plan import Arm
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.training.device import limit_threads

SHIFT: Final = "shift.json"
METHOD: Final = 1
"""How shifts are measured; whoever changes the figures of `evaluation/domain_shift/shift.py` raises it."""


def shared_file(runs: Path, index: Index) -> Path:
    """Where the runs of an index find what one of them has measured; it may be deleted at any time."""
    return runs / f".shift-{METHOD}-{index.sha256[:16]}.json"


def with_shift_weights(
    arms: Sequence[Arm], run: RunFolder, index: Index, engine: Engine, progress: Callable[[float, int], None]
) -> list[Arm]:
    """The same arms with the trust that each has in its encoders; nothing is measured where none of them asks.

    What another run beside this one has measured of the same index is taken from there.

    Args:
        arms: The arms of a run.
        run: Its folder, which keeps what is measured.
        index: The index of all arms.
        engine: Measures one encoder in each task.
        progress: Called with the encoders done and all that are measured.

    Raises:
        ArtefactError: If the run's `shift.json` is damaged, or of other targets.
    """
    asking = [arm for arm in arms if arm.config.adapt.shift != "none"]
    wanted = {name for arm in asking for name in arm.config.model.encoders or index.encoders}
    path = run.path / SHIFT
    shifts = _read(path, index) if path.is_file() else {}
    if wanted - set(shifts):
        shared = shared_file(run.path.parent, index)
        known = _known(shared, index)
        missing = sorted(wanted - set(shifts) - set(known))
        tasks = [(index, name, arms[0].config.train.threads) for name in missing]
        found = engine.run(_measured, tasks, progress=lambda amount: progress(amount, len(missing)))
        for name, outcome in zip(missing, found, strict=True):
            if isinstance(outcome, Failed):
                outcome.raise_again()
            known[name] = outcome
        if missing:
            _share(shared, index, known)
        shifts |= {name: known[name] for name in wanted - set(shifts)}
        _write(path, shifts)
    return [replace(arm, trust=arm_shift_weights(arm.config, index, shifts)) for arm in arms]


def measured_shifts(run: RunFolder, index: Index) -> dict[str, Shift]:
    """The shift of each encoder for the test clips, where a run measured it; otherwise nothing.

    Raises:
        ArtefactError: If `shift.json` is damaged, or of other targets than those of the index.
    """
    path = run.path / SHIFT
    shifts = _read(path, index) if path.is_file() else {}
    return {name: found[TEST] for name, found in shifts.items() if TEST in found}


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


def _measured(task: tuple[Index, str, int]) -> dict[str, Shift]:
    index, name, threads = task
    limit_threads(threads)
    found = target_shifts(index, name)
    advance()
    return found


def _write(path: Path, shifts: Shifts) -> None:
    content = {name: {target: asdict(shift) for target, shift in shifts[name].items()} for name in sorted(shifts)}
    write_json(path, content)


def _read(path: Path, index: Index) -> Shifts:
    folds = map(str, np.unique(index.clips.fold[~index.clips.is_test]))
    targets = {*([TEST] if index.clips.is_test.any() else []), *folds}
    try:
        shifts = TypeAdapter(Shifts).validate_json(path.read_bytes())
        problem = "" if all(set(found) == targets for found in shifts.values()) else "it has other targets"
        figures = [each for found in shifts.values() for shift in found.values() for each in asdict(shift).values()]
        if not all(each is None or 0 <= each <= 1 for each in figures):
            problem = "an AUC is between 0 and 1"
    except (OSError, ValidationError) as error:
        problem = str(error).splitlines()[0]
    if problem:
        raise ArtefactError(
            f"{path} must hold the shift of each encoder for the folds and the test clips: {problem}",
            fix="Delete it, then --resume.",
        )
    return shifts
