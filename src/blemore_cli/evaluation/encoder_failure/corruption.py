"""Corruption of an encoder's features for some clips: noise, the view of another clip, absence, or a shift.

All kinds are stated of z, the features standardised by mean and deviation of the clips that have the encoder; what they
make of z is turned back into raw features, so that whatever standardises these sees what it would see.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import FailureKind
from blemore_cli.core.types import Bools, Floats, Ints

NOISE_SIGNAL: Final = 0.3
"""What `noise` leaves of z."""

NOISE_SD: Final = 1.5
"""Deviation of what `noise` adds to it."""

SHIFT_SCALE: Final = 2.0
"""Factor of z in `shift`; features twice as far from their mean make an encoder's heads surer, right or wrong."""

COLUMNS: Final = 1024
"""Columns whose moments are computed at once; in float64 those of a wide encoder take twice its memory."""


@dataclass(frozen=True)
class Failures:
    """The clips for which one encoder fails, and what it takes instead of their features.

    Attributes:
        kind: How it fails.
        failed: (N,) bool, clips that have the encoder.
        donor: (N,) position of the clip whose features `swap` takes.
    """

    kind: FailureKind
    failed: Bools
    donor: Ints


def corrupted(
    features: NDArray[np.float32], reference: Bools, failures: Failures, *, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Features with those of the failed clips corrupted; the other rows stay as they are, to the bit.

    With m and s the mean and deviation of each column over the reference rows, z = (x - m) / s, and e drawn from the
    standard normal distribution, x becomes m + s z' with

        noise    z' = 0.3 z + 1.5 e
        matched  z' = e sqrt(mean z^2 / mean e^2), the means over the columns of a clip
        shift    z' = 2 z + d, with d drawn once for each column
        swap     z' = z of the donor
        missing  absent, NaN.

    A column that does not vary over the reference rows keeps its mean. Draws of a clip depend on its position alone,
    not on which clips failed.

    Args:
        features: (N, D), NaN where absent.
        reference: (N,) bool, clips that have the encoder.
        failures: What fails, and how.
        generator: Draws the noise, or the shift.

    Examples:
        >>> x, rng = np.array([[1.0], [3.0]], dtype=np.float32), np.random.default_rng(0)
        >>> failures = Failures("swap", np.array([True, False]), donor=np.array([1, 0]))
        >>> corrupted(x, np.array([True, True]), failures, generator=rng).ravel().tolist()
        [3.0, 3.0]
    """
    result, failed = features.copy(), failures.failed
    if failures.kind == "missing":
        result[failed] = np.nan
    elif failures.kind == "swap":
        result[failed] = features[failures.donor[failed]]
    else:
        mean, deviation = _moments(features, reference)
        z = (features[failed] - mean) / np.where(deviation > 0, deviation, 1)
        shape = (1 if failures.kind == "shift" else len(features), features.shape[1])
        drawn = generator.standard_normal(shape, dtype=np.float32)
        drawn = drawn if failures.kind == "shift" else drawn[failed]
        result[failed] = mean + deviation * _replaced(failures.kind, z, drawn.astype(np.float64))
    return result


def _moments(features: NDArray[np.float32], rows: Bools) -> tuple[Floats, Floats]:
    """Mean and deviation (D,) of the columns over some rows, in float64, a part of the columns at a time."""
    parts = (
        features[rows, start : start + COLUMNS].astype(np.float64) for start in range(0, features.shape[1], COLUMNS)
    )
    mean, deviation = zip(*((exact.mean(axis=0), exact.std(axis=0)) for exact in parts), strict=True)
    return np.concatenate(mean), np.concatenate(deviation)


def _replaced(kind: FailureKind, z: Floats, drawn: Floats) -> Floats:
    """What stands for (n, D) standardised features, with (n, D) or (1, D) standard normal draws."""
    if kind == "noise":
        return np.asarray(NOISE_SIGNAL * z + NOISE_SD * drawn)
    if kind == "shift":
        return np.asarray(SHIFT_SCALE * z + drawn)
    energy = np.square(z).mean(axis=1, keepdims=True) / np.square(drawn).mean(axis=1, keepdims=True)
    return np.asarray(drawn * np.sqrt(energy))


def donors(group: Ints, label: Ints, available: Bools, *, generator: np.random.Generator) -> Ints:
    """For each clip another one of its group with another label, drawn evenly; the clip itself where none is available.

    Args:
        group: (N,) such as the fold.
        label: (N,).
        available: (N,) bool, clips that have the encoder.
        generator: Draws one number a clip.

    Returns:
        (N,) positions.

    Examples:
        >>> zeros, yes = np.zeros(3, dtype=int), np.full(3, True)
        >>> donors(zeros, np.array([0, 0, 5]), yes, generator=np.random.default_rng(0))[:2].tolist()
        [2, 2]
    """
    drawn, chosen = generator.random(len(group)), np.arange(len(group))
    for name in np.unique(group):
        rows = np.flatnonzero((group == name) & available)
        for row in rows:
            candidates = rows[label[rows] != label[row]]
            if len(candidates):
                chosen[row] = candidates[int(drawn[row] * len(candidates))]
    return chosen
