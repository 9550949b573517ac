"""Wilcoxon's signed-rank test over actors and McNemar's exact test over clips."""

import numpy as np
from scipy import stats

from blemore_cli.core.types import Bools, Floats
from blemore_cli.evaluation.statistics.significance import Significance, significance


def wilcoxon_over_actors(differences: Floats) -> Significance:
    """Tests whether the actors' differences are symmetric about 0.

    Actors without a difference are left out, as Wilcoxon did. Every actor weighs the same here, while the official
    figures weigh clips. With n differing actors the p-value cannot be below 2^(1 - n): five are too few for 0.05.

    Args:
        differences: (A,) difference of each actor, from `paired_differences.actor_differences`.

    Returns:
        p-value; none where there are fewer than two actors or no actor differs.

    Source:
        Wilcoxon 1945, Individual comparisons by ranking methods, Biometrics Bulletin 1(6).

    Examples:
        >>> wilcoxon_over_actors(np.array([0.1, 0.2, 0.3, 0.4, 0.5])).p_value
        0.0625
    """
    if len(differences) < 2:
        return Significance(None, note="one actor")
    if not differences.any():
        return Significance(None, note="no actor differs")
    return significance(stats.wilcoxon(differences).pvalue)


def mcnemar_over_clips(right_a: Bools, right_b: Bools) -> Significance:
    """Tests whether the clips that one arm alone predicts right belong to either arm equally often.

    A clip counts as right for an arm if more than half of its seeds predict it right, so a tie of an even number of
    seeds is wrong. The rule is the same for both arms, so exchangeable arms stay exchangeable; the test is about the
    arms' majority votes, which need not differ as their means over seeds do. Clips count as independent, which those of
    one actor are not.

    Args:
        right_a: (S, N) correctness of the predictions of one arm.
        right_b: (S, N) correctness of the predictions of the reference.

    Returns:
        Exact two-sided p-value; none where no clip is right in one arm only.

    Source:
        McNemar 1947, Psychometrika 12(2), in its exact form: of the n clips that one arm alone predicts right, the
        number that belong to `a` is Binomial(n, 1/2).

    Examples:
        >>> right = np.array([[True, True, True, False]])
        >>> mcnemar_over_clips(right, np.array([[False, False, False, False]])).p_value
        0.25
    """
    a, b = (2 * right.sum(axis=0) > len(right) for right in (right_a, right_b))
    only_a, only_b = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    if only_a + only_b == 0:
        return Significance(None, note="no clip is right in one arm only")
    return significance(stats.binomtest(only_a, only_a + only_b).pvalue)
