"""The corrected resampled t-test, by hand and where it cannot be computed."""

from math import sqrt

import numpy as np
import pytest

from blemore_cli.evaluation.statistics.resampled_t import corrected_resampled_t


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
