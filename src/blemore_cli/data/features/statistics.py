"""Statistics over time that the columns of an encoder's features are made of."""

import numpy as np

from blemore_cli.core.types import Floats
from blemore_cli.data.features.aggregate import AGGREGATIONS, PERCENTILES

_STATS7 = AGGREGATIONS["stats7"].statistics
_SLACK = 1e-5
"""Rounding that percentiles in another's file may be out of order by, as a share of the largest value."""


def statistics_of(aggregate: str, rows: Floats) -> tuple[str, ...]:
    """Names of the statistics that raw features are made of, in the order (statistic, column).

    Where frames were aggregated the index says which; rows that were found as they are count as the organisers' seven
    statistics if in every clip the second seventh is not negative and the last five are in order, as deviations and
    percentiles must be.

    Args:
        aggregate: How frames became one row, as the index has it.
        rows: (N, D) raw features of the clips that have them.

    Returns:
        The names; one, `value`, where nothing is known.

    Examples:
        >>> statistics_of("meanstd", np.zeros((1, 4)))
        ('mean', 'std')
        >>> statistics_of("static", np.array([[5.0, 5.0, 1.0, 2.5, 5.0, 7.5, 9.0]] * 2))
        ('mean', 'std', 'p10', 'p25', 'p50', 'p75', 'p90')
    """
    if aggregate in AGGREGATIONS:
        return AGGREGATIONS[aggregate].statistics
    return _STATS7 if _are_stats7(rows) else AGGREGATIONS["none"].statistics


def _are_stats7(rows: Floats) -> bool:
    n_clips, width = rows.shape
    if n_clips < 2 or width % len(_STATS7) or not np.isfinite(rows).all():
        return False
    parts = rows.reshape(n_clips, len(_STATS7), -1)
    slack = _SLACK * np.abs(rows).max()
    ordered = np.diff(parts[:, -len(PERCENTILES) :], axis=1) >= -slack
    return bool(parts[:, 1].min() >= 0 and parts[:, 1].any() and ordered.all())
