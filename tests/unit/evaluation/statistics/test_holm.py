"""Holm's correction."""

import numpy as np

from blemore_cli.evaluation.statistics.holm import holm_adjusted


def test_by_hand() -> None:
    """In order .005 .01 .02 .4: 4 x .005, 3 x .01, 2 x .02, .4; the order given comes back."""
    assert holm_adjusted(np.array([0.02, 0.005, 0.4, 0.01])).tolist() == [0.04, 0.02, 0.4, 0.03]


def test_stays_within_1_and_in_order() -> None:
    assert holm_adjusted(np.array([0.6, 0.5, 0.9])).tolist() == [1.0, 1.0, 1.0]
    assert holm_adjusted(np.array([0.01, 0.0101])).tolist() == [0.02, 0.02]


def test_one_test_and_none_stay_as_they_are() -> None:
    assert holm_adjusted(np.array([0.03])).tolist() == [0.03]
    assert holm_adjusted(np.array([])).size == 0
