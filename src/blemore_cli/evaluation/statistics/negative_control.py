"""Negative control in one sentence: the reference with other seeds, whose difference from it is chance alone."""

from collections.abc import Sequence

from blemore_cli.evaluation.statistics.comparison import PairedComparison
from blemore_cli.evaluation.statistics.comparison_sentence import quoted_test


def negative_control_sentence(tests: Sequence[PairedComparison]) -> str:
    """States whether the difference of a negative control straddles zero.

    Args:
        tests: The tests of the control against the reference, from `comparison.compare_arms`.

    Returns:
        The sentence, without a full stop.

    Raises:
        UsageError: If the tests hold no actor bootstrap of the Score.

    Examples:
        >>> interval, method = (-0.010, 0.013), "actor_bootstrap"
        >>> test = PairedComparison("seed", "learned", "score", 0.002, interval, 0.35, 0.35, method, 0.1, "")
        >>> negative_control_sentence([test])
        'negative control seed, which is learned with other seeds: its difference in Score straddles zero, as it must: \
+0.002, 95 % CI -0.010 to 0.013'
    """
    test = quoted_test(tests)
    start = f"negative control {test.a}, which is {test.b} with other seeds: its difference in Score"
    numbers = f"{test.difference:+.3f}, 95 % CI {test.ci95[0]:.3f} to {test.ci95[1]:.3f}"
    if test.ci95[0] <= 0 <= test.ci95[1]:
        return f"{start} straddles zero, as it must: {numbers}"
    return (
        f"{start} does not straddle zero, though nothing but chance is in it: {numbers}; of 20 controls one may do so, "
        f"but differences of this size between other arms are no evidence before more --seeds confirm them"
    )
