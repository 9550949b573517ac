"""Comparison of arms with a reference in every official figure, by every test, with Holm's correction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from blemore_cli.core.errors import DataError, UsageError
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.evaluation.scoring.metrics import METRICS, Metric
from blemore_cli.evaluation.statistics.actor_bootstrap import N_RESAMPLES, resampled_scores
from blemore_cli.evaluation.statistics.paired_differences import actor_shares
from blemore_cli.evaluation.statistics.paired_tests import (
    METHODS,
    ArmPair,
    Method,
    bootstrap_interval,
    counted_arm,
    effect_size,
    paired_test,
)
from blemore_cli.evaluation.statistics.sign_flip import sign_flip_p_values

__all__ = ["METHODS", "METRICS", "Method", "Metric", "PairedComparison", "compare_arms"]


@dataclass(frozen=True)
class PairedComparison:
    """Paired comparison of one arm with the reference in one figure, by one method.

    Attributes:
        a: The arm.
        b: The reference.
        metric: The official figure.
        difference: Figure of `a` minus that of `b` over all clips, mean over seeds.
        ci95: 95 % CI of the difference: of the method where it has one, else the actor bootstrap's.
        p_value: Two-sided p-value in (0, 1]; None where the test cannot be computed.
        p_adjusted: The same after Holm's correction over the arms, within this method and figure.
        method: The test; `actor_bootstrap` takes its interval from the bootstrap and its p-value from sign flips.
        effect_size: Cohen's d_z: mean over standard deviation of the actors' differences; None where that is 0.
        note: Why there is no p-value, else empty.
    """

    a: str
    b: str
    metric: Metric
    difference: float
    ci95: tuple[float, float]
    p_value: float | None
    p_adjusted: float | None
    method: Method
    effect_size: float | None
    note: str


def compare_arms(
    clips: Clips,
    predicted: Mapping[str, Ints],
    reference: str,
    *,
    generator: np.random.Generator,
    n_resamples: int = N_RESAMPLES,
) -> list[PairedComparison]:
    """Compares every arm with the reference.

    Args:
        clips: The N out-of-fold clips; label, actor and fold are read.
        predicted: (S, N) decoded labels of each arm, same clips and seeds in the same order.
        reference: The arm that the others are compared with.
        generator: Draws resamples and flips; all arms share them, so that no arm changes the numbers of another.
        n_resamples: Number of resamples, and of flips.

    Returns:
        Tests in the order of the arms, then of `METRICS`, then of `METHODS`; McNemar's test has no Score.

    Raises:
        UsageError: If the reference is not among the arms.
        DataError: If predictions do not fit the clips or each other, or a clip is unlabelled.
    """
    names = _compared(predicted, reference)
    arms = {name: counted_arm(clips, labels) for name, labels in predicted.items()}
    flip_generator, bootstrap_generator = generator.spawn(2)
    shares = np.stack([actor_shares(arms[name].actors, arms[reference].actors) for name in arms], axis=1)
    flip_p = dict(zip(arms, sign_flip_p_values(shares, generator=flip_generator, n_flips=n_resamples), strict=True))
    counts = [arm.actors for arm in arms.values()]
    resampled = resampled_scores(counts, generator=bootstrap_generator, n_resamples=n_resamples)
    scores = dict(zip(arms, resampled, strict=True))
    pairs = {
        name: ArmPair(arms[name], arms[reference], scores[name] - scores[reference], flip_p[name]) for name in names
    }
    return _holm([test for name, pair in pairs.items() for test in _tests(name, reference, pair)])


def _compared(predicted: Mapping[str, Ints], reference: str) -> list[str]:
    """The arms other than the reference; refuses arms of different shapes."""
    if reference not in predicted:
        known = ", ".join(predicted) or "no arm"
        raise UsageError(f"the reference must be one of the arms ({known}), got {reference!r}", fix="Name an arm.")
    shapes = {name: labels.shape for name, labels in predicted.items()}
    for name, shape in shapes.items():
        if shape != shapes[reference]:
            raise DataError(
                f"arms must have the same seeds and clips: {reference} has {shapes[reference]}, {name} has {shape}",
                fix="Compare arms on the seeds and clips that all of them have.",
            )
    return [name for name in predicted if name != reference]


def _tests(name: str, reference: str, pair: ArmPair) -> Iterator[PairedComparison]:
    intervals = {metric: bootstrap_interval(pair, metric) for metric in METRICS}
    effects = {metric: effect_size(pair, metric) for metric in METRICS}
    for metric, method in product(METRICS, METHODS):
        if (metric, method) == ("score", "mcnemar"):
            continue
        result = paired_test(pair, metric, method)
        yield PairedComparison(
            a=name,
            b=reference,
            metric=metric,
            difference=pair.a.actors.mean_figure(metric) - pair.b.actors.mean_figure(metric),
            ci95=result.ci95 or intervals[metric],
            p_value=result.p_value,
            p_adjusted=None,
            method=method,
            effect_size=effects[metric],
            note=result.note,
        )


def _holm(tests: list[PairedComparison]) -> list[PairedComparison]:
    """Adjusts the p-values of each method and figure over the arms; a test without p-value is not in the family."""
    adjusted = list(tests)
    for family in product(METRICS, METHODS):
        rows = [i for i, test in enumerate(tests) if (test.metric, test.method) == family and test.p_value is not None]
        if rows:
            p_values = holm_adjusted(np.array([tests[i].p_value for i in rows]))
            for i, p_value in zip(rows, p_values, strict=True):
                adjusted[i] = replace(tests[i], p_adjusted=float(p_value))
    return adjusted


def holm_adjusted(p_values: Floats) -> Floats:
    """Adjusts p-values so that comparing all of them with 0.05 is wrong anywhere at most 5 % of the time.

    With the p-values in rising order, p_(1) <= ... <= p_(m), the adjusted ones are

        q_(k) = min(1, max_{j <= k} (m - j + 1) p_(j)).

    Args:
        p_values: (m,) p-values of one family.

    Returns:
        (m,) adjusted p-values, in the order given.

    Source:
        Holm 1979, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6(2).

    Examples:
        >>> holm_adjusted(np.array([0.01, 0.04, 0.03])).tolist()
        [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(factors * p_values[order]))
    return adjusted
