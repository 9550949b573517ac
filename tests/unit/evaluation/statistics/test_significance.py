"""A p-value is never 0, never above 1 and never NaN."""

from math import sqrt

import numpy as np
import pytest

from blemore_cli.evaluation.statistics.significance import (
    SMALLEST_P,
    corrected_resampled_t,
    is_constant,
    mcnemar_over_clips,
    significance,
    wilcoxon_over_actors,
)


@pytest.mark.parametrize(("given", "kept"), [(0.0, SMALLEST_P), (0.25, 0.25), (1.0 + 1e-12, 1.0)])
def test_p_values_stay_above_0_and_within_1(given: float, kept: float) -> None:
    assert significance(given).p_value == kept > 0


@pytest.mark.parametrize(("values", "constant"), [([0.1, 0.1 + 1e-15], True), ([0.1, 0.1004], False), ([0.2], True)])
def test_is_constant(values: list[float], constant: bool) -> None:
    assert is_constant(np.array(values)) is constant


def test_by_hand() -> None:
    """Differences .02 .04 .03: mean .03, variance 1e-4, t = .03 / sqrt((1/3 + 1/2) 1e-4); with 2 degrees of freedom
    the two-sided p is 1 - t / sqrt(2 + t^2) and the 97.5 % quantile is 4.302653."""
    found = corrected_resampled_t(np.array([0.02, 0.04, 0.03]), test_train_ratio=0.5)
    t = 0.03 / sqrt((1 / 3 + 1 / 2) * 1e-4)
    half = 4.302653 * sqrt((1 / 3 + 1 / 2) * 1e-4)
    assert found.p_value == pytest.approx(1 - t / sqrt(2 + t * t), rel=1e-12)
    assert found.ci95 == pytest.approx((0.03 - half, 0.03 + half), abs=1e-8)


@pytest.mark.parametrize("differences", [[0.01] * 25, [0.0] * 5, [0.1, 0.1 + 1e-16]])
def test_zero_variance_is_not_p_0(differences: list[float]) -> None:
    found = corrected_resampled_t(np.array(differences), test_train_ratio=0.25)
    assert (found.p_value, found.ci95, found.note) == (None, None, "zero variance")


@pytest.mark.parametrize("differences", [[], [0.1]])
def test_too_few_differences(differences: list[float]) -> None:
    assert corrected_resampled_t(np.array(differences), test_train_ratio=0.25).note == "fewer than two differences"


def test_a_p_value_that_underflows_is_not_0() -> None:
    differences = np.full(1000, 0.5)
    differences[0] += 1e-9
    p_value = corrected_resampled_t(differences, test_train_ratio=0.25).p_value
    assert p_value is not None
    assert 0 < p_value < 1e-300


def test_wilcoxon_leaves_out_actors_without_difference() -> None:
    differences = [0.1, 0.2, -0.05, 0.3, 0.25]
    with_ties = wilcoxon_over_actors(np.array([*differences, 0.0, 0.0]))
    assert wilcoxon_over_actors(np.array(differences)).p_value == pytest.approx(0.125)
    assert with_ties.p_value is not None
    assert with_ties.p_value < 0.2


@pytest.mark.parametrize(
    ("differences", "note"), [([], "one actor"), ([0.1], "one actor"), ([0.0, 0.0], "no actor differs")]
)
def test_wilcoxon_without_anything_to_rank(differences: list[float], note: str) -> None:
    found = wilcoxon_over_actors(np.array(differences))
    assert (found.p_value, found.note) == (None, note)


def test_mcnemar_by_hand() -> None:
    """Five clips right in `a` only, one in `b` only: 2 (C(6,0) + C(6,1)) / 2^6."""
    a = np.array([[True] * 5 + [False] + [True] * 10])
    b = np.array([[False] * 5 + [True] + [True] * 10])
    assert mcnemar_over_clips(a, b).p_value == pytest.approx(14 / 64)


def test_mcnemar_takes_the_majority_of_the_seeds_and_a_tie_as_wrong() -> None:
    a = np.array([[True, True, True], [True, False, True], [False, False, True]])
    none = np.zeros((3, 3), dtype=bool)
    assert mcnemar_over_clips(a, none).p_value == 2 / 2**2
    assert mcnemar_over_clips(a[:2], none[:2]).p_value == 2 / 2**2
    assert mcnemar_over_clips(a[1:2], none[:1]).p_value == 2 / 2**2


def test_mcnemar_without_a_clip_to_disagree_on() -> None:
    right = np.array([[True, False]])
    assert mcnemar_over_clips(right, right).note == "no clip is right in one arm only"


def test_mcnemar_never_gives_0() -> None:
    p_value = mcnemar_over_clips(np.ones((1, 3000), dtype=bool), np.zeros((1, 3000), dtype=bool)).p_value
    assert p_value is not None
    assert 0 < p_value < 1e-300
