"""How far an arm trusts its encoders: for each fold, which plays the test split, and for the test clips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from blemore_cli.core.choices import ShiftRule
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.evaluation.domain_shift.shift_weights import FULL, ShiftWeights, shift_weights
from blemore_cli.training.checkpoint import Target

TEST: Final = "test"
"""The test clips as a target; the others are the numbers of the folds, as text."""

Shifts = dict[str, dict[str, Shift]]
"""The shift of each encoder by its name, for each target."""


@dataclass(frozen=True)
class ArmShiftWeights:
    """Trust in E encoders for each target; without targets, all encoders are trusted as ever.

    Attributes:
        rule: How it follows from their shift.
        encoders: Their names.
        auc: Their shift for each target; None where there are too few clips.
        factor: How far each is trusted for each target; empty where all are as ever.
    """

    rule: ShiftRule = "none"
    encoders: tuple[str, ...] = ()
    auc: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    factor: Mapping[str, ShiftWeights] = field(default_factory=dict)

    def towards(self, target: Target, fold: int) -> ShiftWeights:
        """The trust of the model that leaves a fold out, for that fold or for the test clips."""
        return self.factor.get(TEST if target == "test" else str(fold), ())

    def as_json(self, folds: Sequence[int], *, has_test: bool) -> dict[str, Any]:
        """What `metrics.json` says: the rule, and for each target the encoders that are trusted less."""
        told: dict[str, Any] = {"rule": self.rule, **({TEST: self._less(TEST)} if has_test else {})}
        return {**told, "folds": {str(fold): self._less(str(fold)) for fold in folds}}

    def _less(self, target: str) -> dict[str, dict[str, float | None]]:
        named = zip(self.encoders, self.auc[target], self.factor[target], strict=False)
        return {name: {"auc": auc, "trust": trust} for name, auc, trust in named if trust < FULL}


def arm_shift_weights(config: Config, index: Index, shifts: Shifts) -> ArmShiftWeights:
    """The trust that a configuration has in its encoders.

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
    own = {target: [shifts[name][target] for name in names] for target in shifts[names[0]]}
    return ArmShiftWeights(
        rule,
        names,
        auc={target: tuple(shift.auc for shift in found) for target, found in own.items()},
        factor={target: shift_weights(found, present, rule) for target, found in own.items()},
    )
