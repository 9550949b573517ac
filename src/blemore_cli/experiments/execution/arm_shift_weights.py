"""Shift weights of an arm's encoders, for the test clips and for each fold, which plays the test split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from blemore_cli.core.choices import ShiftRule
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.evaluation.domain_shift.shift_weights import FULL, ShiftWeights, shift_weights
from blemore_cli.experiments.runs.metrics import EncoderShift, ShiftReport
from blemore_cli.training.checkpoint import Target

TEST: Final = "test"
"""The test clips as a target; the others are the numbers of the folds, as text."""

Shifts = dict[str, dict[str, Shift]]
"""The shift of each encoder by its name, for each target."""


@dataclass(frozen=True)
class ArmShiftWeights:
    """Shift weights of E encoders for each target; without targets, every encoder has full weight.

    Attributes:
        rule: How a weight follows from the shift.
        encoders: Names of the encoders.
        auc: AUC of their shift for each target; None where there are too few clips.
        weights: (E,) weights in [0, 1] for each target; empty where all are full.
    """

    rule: ShiftRule = "none"
    encoders: tuple[str, ...] = ()
    auc: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    weights: Mapping[str, ShiftWeights] = field(default_factory=dict)

    def towards(self, target: Target, fold: int) -> ShiftWeights:
        """The weights of the model that leaves a fold out, for that fold or for the test clips."""
        return self.weights.get(TEST if target == "test" else str(fold), ())

    def report(self, folds: Sequence[int], *, has_test: bool) -> ShiftReport:
        """The encoders of less than full weight for each target."""
        test = {TEST: self._less(TEST)} if has_test else {}
        return ShiftReport(rule=self.rule, folds={str(fold): self._less(str(fold)) for fold in folds}, **test)

    def _less(self, target: str) -> dict[str, EncoderShift]:
        named = zip(self.encoders, self.auc[target], self.weights[target], strict=False)
        return {name: EncoderShift(auc=auc, trust=weight) for name, auc, weight in named if weight < FULL}


def arm_shift_weights(config: Config, index: Index, shifts: Shifts) -> ArmShiftWeights:
    """The shift weights of a configuration's encoders.

    Args:
        config: The resolved configuration.
        index: Its index.
        shifts: Of its encoders at least; not read where `adapt.shift` is `none`.
    """
    rule = config.adapt.shift
    if rule == "none":
        return ArmShiftWeights()
    names = tuple(config.model.encoders or index.encoders)
    present = np.stack([index.present(name) for name in names], axis=1)
    by_target = {target: [shifts[name][target] for name in names] for target in shifts[names[0]]}
    return ArmShiftWeights(
        rule,
        names,
        auc={target: tuple(shift.auc for shift in of_encoders) for target, of_encoders in by_target.items()},
        weights={target: shift_weights(of_encoders, present, rule) for target, of_encoders in by_target.items()},
    )
