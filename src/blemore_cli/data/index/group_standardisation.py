"""Standardisation within groups of clips: deviations from the mean of a person or of a split.

It is transductive: a clip's features depend on all clips of its group, but on no label.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Bools, Clips, Floats, Ints, Strings

PERSON_PSEUDO_COUNT: Final = 1.0
"""Weight, in clips, of the training clips' mean and variance against those of a person, who has about 50 clips."""

SPLIT_PSEUDO_COUNT: Final = 20.0
"""The same against a split, which has hundreds of clips; it keeps a test split of a few clips from being erased."""


def within_groups(
    features: NDArray[np.float32], group: Strings | Ints, prior: Bools, *, pseudo_count: float
) -> NDArray[np.float32]:
    """Standardises the rows of each group by mean and variance of these rows, shrunk toward those of the prior rows.

    With n rows of a group, their mean m and variance v, and mean M and variance V of the prior rows, a row x becomes

        (x - (n m + k M) / (n + k)) / sqrt((n v + k V) / (n + k)),   k = pseudo_count.

    A group of one row does not become zeros: the share sqrt(k / (n + k)) of its distance to M remains, in deviations
    of the prior rows. With n far above k the shrinkage changes next to nothing. A column that does not
    vary on the prior rows is only centred where it does not vary within the group either.

    Args:
        features: (N, D) raw features; a row with NaN is absent and stays as it is.
        group: (N,) the group of each row: a person, or a split.
        prior: (N,) whether the groups are shrunk toward mean and variance of a row.
        pseudo_count: Rows that the prior counts for, 0 or more.

    Source:
        Means shrunk by a pseudo-count: Gelman et al., Bayesian Data Analysis, 3rd edition, section 2.5. Groups that
        are splits: adaptive batch normalisation, Li et al. (2016), arXiv 1603.04779, applied to the inputs. Groups that
        are persons: Busso, Mariooryad, Metallinou and Narayanan (2013), IEEE Trans. Affective Computing 4(4).

    Examples:
        >>> features = np.repeat(np.array([[0], [2], [10], [12]], dtype=np.float32), 50, axis=0)
        >>> person = np.repeat(["a", "a", "b", "b"], 50)
        >>> print(within_groups(features, person, np.full(200, True), pseudo_count=1)[::50].ravel().round(1))
        [-0.9  0.9 -0.9  0.9]
    """
    present = np.isfinite(features).all(axis=1)
    exact = features.astype(np.float64)
    mean, variance = _moments(exact[prior & present])
    result = features.copy()
    for name in np.unique(group[present]):
        rows = present & (group == name)
        result[rows] = _shrunk(exact[rows], mean, variance, pseudo_count)
    return result


def _shrunk(rows: Floats, prior_mean: Floats, prior_variance: Floats, pseudo_count: float) -> Floats:
    n, k = len(rows), pseudo_count
    mean, variance = _moments(rows)
    deviation = np.sqrt((n * variance + k * prior_variance) / (n + k))
    return np.asarray((rows - (n * mean + k * prior_mean) / (n + k)) / np.where(deviation > 0, deviation, 1))


def _moments(rows: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of each column, 0 and 1 where there is no row."""
    if len(rows) == 0:
        return np.zeros(rows.shape[1]), np.ones(rows.shape[1])
    return rows.mean(axis=0), rows.var(axis=0)


def check_persons(clips: Clips, setting: str = "train.standardize=person") -> None:
    """Refuses clips of unknown persons where a setting needs them.

    Raises:
        DataError: Naming the first clips without a person.
    """
    if unidentified := clips.filename[clips.actor == ""].tolist():
        raise DataError(
            f"{setting} needs to know who is seen in every clip, and {len(unidentified)} of {len(clips)} "
            f"clips have no person: {listed(unidentified)}",
            fix="Add a column video_id to the test metadata, or let `blemore identify --encoder NAME` find the persons,"
            " and run `blemore index` again. `blemore ablate` compares arms without the test clips.",
        )
