from dataclasses import replace

import pytest

from blemore_cli.evaluation.encoder_failure.failure_sentence import FailureScores, failure_sentence
from blemore_cli.evaluation.encoder_failure.gate_detection import GateDetection, Interval

SCORES = FailureScores(0.8, -0.1, (-0.12, -0.08))
GATE = GateDetection(0.9, (0.88, 0.92), 0.5)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((-0.2, -0.1), "the Score is lower"),
        ((-0.2, 0.1), "no change of the Score that these actors can show"),
        (None, "no change of the Score that these actors can show"),
        ((0.1, 0.2), "the Score is higher"),
    ],
)
def test_a_cost_is_claimed_where_the_interval_shows_it(interval: Interval, words: str) -> None:
    scores = replace(SCORES, drop_ci95=interval)
    assert f"x: {words} (0.800 instead of 0.900)" == failure_sentence("x", scores, GateDetection(), reference="a")


@pytest.mark.parametrize(
    ("interval", "words"),
    [((0.6, 0.7), "notices"), ((0.4, 0.7), "does not notice"), (None, "does not notice"), ((0.3, 0.4), "prefers")],
)
def test_a_notice_is_precision_above_chance(interval: Interval, words: str) -> None:
    gate = replace(GATE, precision_ci95=interval)
    assert f"the selection {words}" in failure_sentence("x", SCORES, gate, reference="a")


@pytest.mark.parametrize(
    ("interval", "words"), [((0.01, 0.1), "better than"), ((-0.1, 0.1), "not told from"), ((-0.2, -0.1), "worse than")]
)
def test_an_arm_is_compared_with_the_reference(interval: Interval, words: str) -> None:
    scores = replace(SCORES, gain=0.03, gain_ci95=interval)
    assert failure_sentence("x", scores, GATE, reference="a").endswith(f"{words} a under the same failures (+0.030)")
