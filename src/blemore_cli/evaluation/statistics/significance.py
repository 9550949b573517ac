"""Significance of a paired difference: tests over folds and seeds, over actors, and over clips."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from blemore_cli.core.types import Bools, Floats

SMALLEST_P: Final = float(np.finfo(np.float64).tiny)
"""A p-value is never 0: what underflows is given as the smallest normal double."""


@dataclass(frozen=True)
class Significance:
    """Result of one test.

    Attributes:
        p_value: Two-sided p-value in (0, 1]; None where the test cannot be computed.
        ci95: 95 % confidence interval of the difference, where the test has one.
        note: Why there is no p-value, else empty.
    """

    p_value: float | None
    ci95: tuple[float, float] | None = None
    note: str = ""


def significance(p_value: float, ci95: tuple[float, float] | None = None) -> Significance:
    """The result of a test that could be computed, its p-value kept in (0, 1]."""
    return Significance(min(1.0, max(SMALLEST_P, float(p_value))), ci95)


def is_constant(values: np.ndarray) -> bool:
    """Whether values differ by no more than rounding."""
    return bool(np.ptp(values) <= 1e-12)


def corrected_resampled_t(differences: Floats, *, test_train_ratio: float) -> Significance:
    """Tests whether the mean of J differences is 0, although the J models share training clips.

        t = mean / sqrt((1 / J + n_test / n_train) var),        var with J - 1 in its denominator, J - 1 degrees.

    The ordinary t-test has 1 / J alone, as if the differences were independent. The added ratio is the authors'
    estimate of how much they are correlated; in K-fold cross-validation it is 1 / (K - 1).

    Args:
        differences: (J,) differences of two arms, one a fold and seed.
        test_train_ratio: n_test / n_train, at least 0.

    Returns:
        p-value, and the 95 % confidence interval about the mean of the differences; neither where J is below 2 or
        the differences are all the same.

    Source:
        Nadeau and Bengio 2003, Inference for the generalization error, Machine Learning 52, section 5, equation 9.

    Examples:
        >>> round(corrected_resampled_t(np.array([0.02, 0.04, 0.03]), test_train_ratio=0.5).p_value or 0, 4)
        0.0814
    """
    n = len(differences)
    if n < 2:
        return Significance(None, note="fewer than two differences")
    if is_constant(differences):
        return Significance(None, note="zero variance")
    mean = float(np.mean(differences))
    error = float(np.sqrt((1 / n + test_train_ratio) * np.var(differences, ddof=1)))
    half = float(stats.t.ppf(0.975, n - 1)) * error
    return significance(2 * stats.t.sf(abs(mean) / error, n - 1), (mean - half, mean + half))


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
