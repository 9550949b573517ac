"""Corrected resampled t-test over folds and seeds.

Source: Nadeau and Bengio, Inference for the generalization error, Machine Learning 52 (2003), section 5, equation 9.
"""

import numpy as np
from scipy import stats

from blemore_cli.core.types import Floats
from blemore_cli.evaluation.statistics.significance import Significance, is_constant, significance


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
