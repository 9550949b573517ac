"""Verdicts of arms."""

from dataclasses import replace

from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.arm_differences import arm_differences


def test_a_verdict_follows_from_the_adjusted_p_value(ablation: Ablation) -> None:
    arms = arm_differences(ablation)
    assert [arm.verdict for arm in arms] == ["reference", "differs", "untested", "alike"]
    assert [arm.difference for arm in arms] == [0.0, -0.04, 0.0, -0.0037]
    unadjusted = replace(ablation.tests[0], p_adjusted=0.06)
    assert arm_differences(ablation.model_copy(update={"tests": (unadjusted,)}))[1].verdict == "alike"


def test_without_a_test_there_is_no_difference(ablation: Ablation) -> None:
    reference, *others = arm_differences(ablation.model_copy(update={"tests": ()}))
    assert (reference.difference, reference.ci95) == (0.0, None)
    assert {(arm.verdict, arm.difference, arm.ci95) for arm in others} == {("untested", None, None)}


def test_an_interval_that_does_not_exist_is_none(ablation: Ablation) -> None:
    tests = tuple(replace(test, ci95=(float("nan"), 0.1)) for test in ablation.tests)
    assert {arm.ci95 for arm in arm_differences(ablation.model_copy(update={"tests": tests}))} == {None}
