"""Shift weights of an arm's encoders, for the test clips and for each fold, which plays the test split."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from blemore_cli.core.choices import ShiftRule
from blemore_cli.core.config.schema import Config
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.progress import advance
from blemore_cli.core.parallel.task_outcome import Failed
from blemore_cli.core.types import Bools
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.encoder_gaps import TEST, TargetCoverage, target_coverage
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.evaluation.domain_shift.shift_weights import FULL, ShiftWeights, shift_weights
from blemore_cli.experiments.data_checks.inspection import UNKNOWN, target_shifts
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import EncoderShift, ShiftReport
from blemore_cli.experiments.runs.shift_file import (
    Shifts,
    add_shared_shifts,
    read_run_shifts,
    read_shared_shifts,
    write_run_shifts,
)
from blemore_cli.training.checkpoint import Target
from blemore_cli.training.device import limit_threads


@dataclass(frozen=True)
class ArmShiftWeights:
    """Shift weights of E encoders for each target; without targets, every encoder has full weight.

    An encoder that training or predicted clips of a target lack altogether has weight 0, whatever the rule.

    Attributes:
        rule: How a weight follows from the shift.
        encoders: Names of the encoders.
        auc: AUC of their shift for each target; None where there are too few clips.
        weights: (E,) weights in [0, 1] for each target; empty where all are full.
        is_usable: (E,) whether training and predicted clips of each target have the encoder.
    """

    rule: ShiftRule = "none"
    encoders: tuple[str, ...] = ()
    auc: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    weights: Mapping[str, ShiftWeights] = field(default_factory=dict)
    is_usable: Mapping[str, tuple[bool, ...]] = field(default_factory=dict)

    def towards(self, target: Target, fold: int) -> ShiftWeights:
        """The weights of the model that leaves a fold out, for that fold or for the test clips."""
        return self.weights.get(TEST if target == "test" else str(fold), ())

    def report(self, folds: Sequence[int], *, has_test: bool) -> ShiftReport:
        """The usable encoders of less than full weight for each target."""
        test = {TEST: self._less(TEST)} if has_test else {}
        return ShiftReport(rule=self.rule, folds={str(fold): self._less(str(fold)) for fold in folds}, **test)

    def _less(self, target: str) -> dict[str, EncoderShift]:
        if not self.weights[target]:
            return {}
        named = zip(self.encoders, self.auc[target], self.weights[target], self.is_usable[target], strict=True)
        return {
            name: EncoderShift(auc=auc, trust=weight) for name, auc, weight, usable in named if usable and weight < FULL
        }


def arm_shift_weights(config: Config, index: Index, shifts: Shifts) -> ArmShiftWeights:
    """The shift weights of a configuration's encoders; shifts are not read where `adapt.shift` is `none`."""
    rule = config.adapt.shift
    names = tuple(config.model.encoders or index.encoders)
    present = np.stack([index.present(name) for name in names], axis=1)
    covered = target_coverage(index.clips, present)
    if rule == "none" and all(sides.is_usable.all() for sides in covered.values()):
        return ArmShiftWeights()
    measured = {target: [_shift(shifts, name, target, rule) for name in names] for target in covered}
    return ArmShiftWeights(
        rule,
        names,
        auc={target: tuple(shift.auc for shift in of_encoders) for target, of_encoders in measured.items()},
        weights={target: _weights(measured[target], present, rule, sides) for target, sides in covered.items()},
        is_usable={target: tuple(sides.is_usable.tolist()) for target, sides in covered.items()},
    )


def _shift(shifts: Shifts, name: str, target: str, rule: ShiftRule) -> Shift:
    return UNKNOWN if rule == "none" else shifts[name][target]


def _weights(shifts: Sequence[Shift], present: Bools, rule: ShiftRule, covered: TargetCoverage) -> ShiftWeights:
    """The weights for one target: an encoder that a model was not trained with is none that a clip is left with."""
    return shift_weights(shifts, present & covered.always_trained, rule, is_usable=covered.is_usable)


def measured_shift_weights(
    configs: Sequence[Config], run: RunFolder, index: Index, engine: Engine, progress: Callable[[float, int], None]
) -> list[ArmShiftWeights]:
    """The shift weights of each arm's encoders; nothing is measured where no arm has a shift rule.

    The run keeps what is measured, one encoder a task; what another run beside this one has measured of the same index
    is taken from its shared file. `progress` is called with the encoders done and all that are measured.

    Raises:
        ArtefactError: If the run's `shift.json` is damaged, or of other targets.
    """
    weighing = [config for config in configs if config.adapt.shift != "none"]
    shifts = read_run_shifts(run, index)
    wanted = {name for config in weighing for name in config.model.encoders or index.encoders} - set(shifts)
    if wanted:
        known = read_shared_shifts(run.path.parent, index)
        if missing := sorted(wanted - set(known)):
            known |= _measured(missing, index, configs[0].train.threads, engine, progress)
            add_shared_shifts(run.path.parent, index, known)
        shifts |= {name: known[name] for name in wanted}
        write_run_shifts(run, shifts)
    return [arm_shift_weights(config, index, shifts) for config in configs]


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
