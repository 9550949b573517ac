"""Conclusion of a stress test for each arm in one sentence."""

from dataclasses import dataclass

from blemore_cli.evaluation.encoder_failure.gate_detection import GateDetection, Interval


@dataclass(frozen=True)
class FailureScores:
    """Score of an arm under failures, against no failures and against the reference arm.

    Attributes:
        score: With failures.
        drop: `score` minus the Score without.
        drop_ci95: Interval of `drop` over actors.
        gain: `score` minus that of the reference arm under the same failures; None for the reference.
        gain_ci95: Interval of `gain` over actors.
    """

    score: float
    drop: float
    drop_ci95: Interval
    gain: float | None = None
    gain_ci95: Interval = None


def failure_sentence(start: str, scores: FailureScores, gate: GateDetection, *, reference: str) -> str:
    """States what failures cost, whether the selection notices them, and whether the reference arm fares better.

    Each is claimed only where an interval over actors excludes its null: 0 for differences of Score, and for the
    precision of the selection that of a random one.

    Args:
        start: The arm and the failures in words.
        scores: Scores of the arm.
        gate: How well its selection tells sound encoders from failed ones.
        reference: Name of the reference arm.

    Returns:
        The sentence, without a full stop.

    Examples:
        >>> scores = FailureScores(0.8, -0.1, (-0.12, -0.08))
        >>> gate = GateDetection(0.9, (0.88, 0.92), 0.5, 0.6, (0.5, 0.7), 0.95, (0.9, 1.0))
        >>> cost, notice = failure_sentence("first, noise", scores, gate, reference="first").split("; ")
        >>> cost
        'first, noise: the Score is lower (0.800 instead of 0.900)'
        >>> notice
        'the selection notices (0.900 of the kept encoders are sound, chance 0.500)'
    """
    before = scores.score - scores.drop
    parts = [f"{start}: {_change(scores.drop_ci95)} ({scores.score:.3f} instead of {before:.3f})"]
    if gate.precision is not None and gate.chance is not None:
        shares = f"{gate.precision:.3f} of the kept encoders are sound, chance {gate.chance:.3f}"
        parts.append(f"the selection {_notice(gate.precision_ci95, gate.chance)} ({shares})")
    if scores.gain is not None:
        parts.append(f"{_against(scores.gain_ci95)} {reference} under the same failures ({scores.gain:+.3f})")
    return "; ".join(parts)


def _change(interval: Interval) -> str:
    if _holds(interval, 0.0):
        return "no change of the Score that these actors can show"
    return "the Score is lower" if interval and interval[1] < 0 else "the Score is higher"


def _notice(interval: Interval, chance: float) -> str:
    if _holds(interval, chance):
        return "does not notice"
    return "notices" if interval and interval[0] > chance else "prefers what failed"


def _against(interval: Interval) -> str:
    if _holds(interval, 0.0):
        return "not told from"
    return "better than" if interval and interval[0] > 0 else "worse than"


def _holds(interval: Interval, value: float) -> bool:
    """Whether an interval does not exclude a value; one that does not exist excludes none."""
    return interval is None or interval[0] <= value <= interval[1]
