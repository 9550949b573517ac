"""Holm's correction for multiple tests.

Source: Holm 1979, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6(2).
"""

import numpy as np

from blemore_cli.core.types import Floats


def holm_adjusted(p_values: Floats) -> Floats:
    """Adjusts p-values so that comparing all of them with 0.05 is wrong anywhere at most 5 % of the time.

    With the p-values in rising order, p_(1) <= ... <= p_(m), the adjusted ones are

        q_(k) = min(1, max_{j <= k} (m - j + 1) p_(j)).

    Args:
        p_values: (m,) p-values of one family.

    Returns:
        (m,) adjusted p-values, in the order given.

    Examples:
        >>> holm_adjusted(np.array([0.01, 0.04, 0.03])).tolist()
        [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(factors * p_values[order]))
    return adjusted
