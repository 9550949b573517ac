"""A p-value is never 0, never above 1 and never NaN."""

import numpy as np
import pytest

from blemore_cli.evaluation.statistics.significance import SMALLEST_P, is_constant, significance


@pytest.mark.parametrize(("given", "kept"), [(0.0, SMALLEST_P), (0.25, 0.25), (1.0 + 1e-12, 1.0)])
def test_p_values_stay_above_0_and_within_1(given: float, kept: float) -> None:
    assert significance(given).p_value == kept > 0


@pytest.mark.parametrize(("values", "constant"), [([0.1, 0.1 + 1e-15], True), ([0.1, 0.1004], False), ([0.2], True)])
def test_is_constant(values: list[float], constant: bool) -> None:
    assert is_constant(np.array(values)) is constant
