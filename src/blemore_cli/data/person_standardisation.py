"""Standardisation within a person: every clip in deviations from what is usual for whoever is seen in it.

It is transductive: a clip's features depend on all clips of the same person, of whatever split, but on no label.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Bools, Clips, Floats, Ints, Strings

PSEUDO_COUNT: Final = 1.0
"""Clips that the training clips' mean and variance count for beside a person's own."""


def within_persons(features: NDArray[np.float32], person: Strings, prior_rows: Ints | Bools) -> NDArray[np.float32]:
    """Standardises the rows of each person by mean and variance of these rows, shrunk toward those of the prior rows.

    With n rows of a person, their mean m and variance v, and mean M and variance V of the prior rows, a row x becomes

        (x - (n m + k M) / (n + k)) / sqrt((n v + k V) / (n + k)),   k = PSEUDO_COUNT.

    So a person with one row is not turned into zeros: what is left of its distance to M is the share
    sqrt(k / (n + k)), in deviations of the prior rows. With 50 rows the shrinkage changes next to nothing. A column
    that does not vary on the prior rows is only centred where it does not vary within the person either.

    Args:
        features: (N, D) raw features; a row with NaN is absent and stays as it is.
        person: (N,) who is seen.
        prior_rows: Rows whose mean and variance stand in for what a person's few rows do not tell.

    Returns:
        (N, D) standardised features.

    Source:
        Means shrunk by a pseudo-count: Gelman et al., Bayesian Data Analysis, 3rd edition, section 2.5. Normalisation
        by speaker: Busso, Mariooryad, Metallinou and Narayanan (2013), IEEE Trans. Affective Computing 4(4).

    Examples:
        >>> features = np.repeat(np.array([[0], [2], [10], [12]], dtype=np.float32), 50, axis=0)
        >>> person = np.repeat(["a", "a", "b", "b"], 50)
        >>> print(within_persons(features, person, np.arange(200))[::50].ravel().round(1))
        [-0.9  0.9 -0.9  0.9]
    """
    there = np.isfinite(features).all(axis=1)
    exact = features.astype(np.float64)
    prior = np.zeros(len(features), dtype=np.bool_)
    prior[prior_rows] = True
    mean, variance = _moments(exact[prior & there])
    result = features.copy()
    for name in np.unique(person[there]):
        own = there & (person == name)
        result[own] = _shrunk(exact[own], mean, variance)
    return result


def _shrunk(rows: Floats, prior_mean: Floats, prior_variance: Floats) -> Floats:
    n, k = len(rows), PSEUDO_COUNT
    mean, variance = _moments(rows)
    deviation = np.sqrt((n * variance + k * prior_variance) / (n + k))
    scaled: Floats = (rows - (n * mean + k * prior_mean) / (n + k)) / np.where(deviation > 0, deviation, 1)
    return scaled


def _moments(rows: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of each column, 0 and 1 where there is no row."""
    if len(rows) == 0:
        return np.zeros(rows.shape[1]), np.ones(rows.shape[1])
    return rows.mean(axis=0), rows.var(axis=0)


def check_persons(clips: Clips) -> None:
    """Refuses clips of which it is not known who is seen.

    Raises:
        DataError: Naming the first clips without a person.
    """
    nameless = clips.filename[clips.actor == ""].tolist()
    if nameless:
        raise DataError(
            f"train.standardize=person needs to know who is seen in every clip, and {len(nameless)} of {len(clips)} "
            f"clips have no person: {listed(nameless)}",
            fix="Add a column video_id to the test metadata, or let `blemore identify --encoder NAME` find the persons,"
            " and run `blemore index` again. `blemore ablate` compares arms without the test clips.",
        )
