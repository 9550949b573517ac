"""Paired differences of the Score of arms to their reference, with verdicts."""

import math
from dataclasses import dataclass
from typing import Final, Literal

from blemore_cli.evaluation.statistics.comparison_sentence import ALPHA
from blemore_cli.experiments.runs.ablation_file import Ablation, ArmResult

METHOD: Final = "actor_bootstrap"
Verdict = Literal["reference", "differs", "alike", "untested"]


@dataclass(frozen=True)
class ArmDifference:
    """An arm beside the reference.

    Attributes:
        arm: The arm.
        verdict: Whether its Score differs: by the p-value of sign flips over actors after Holm's correction, below
            `comparison_sentence.ALPHA`.
        difference: Its Score minus that of the reference; None where that was not compared.
        ci95: Interval of the difference over actors; None where there is none, as for the reference itself.
    """

    arm: ArmResult
    verdict: Verdict
    difference: float | None
    ci95: tuple[float, float] | None


def arm_differences(ablation: Ablation) -> list[ArmDifference]:
    """All arms that finished, in their order."""
    return [_difference(ablation, arm) for arm in ablation.arms]


def _difference(ablation: Ablation, arm: ArmResult) -> ArmDifference:
    if arm.name == ablation.reference:
        return ArmDifference(arm, "reference", 0.0, None)
    test = ablation.against_reference(arm.name, METHOD)
    if test is None:
        return ArmDifference(arm, "untested", None, None)
    differs = test.p_adjusted is not None and test.p_adjusted < ALPHA
    verdict: Verdict = "untested" if test.p_value is None else "differs" if differs else "alike"
    return ArmDifference(arm, verdict, test.difference, test.ci95 if all(map(math.isfinite, test.ci95)) else None)
