"""Scales and ticks: laws that hold for any range."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from blemore_cli.reporting.page.drawing.axis import Scale, round_step, spanning, tick_text

values = st.floats(-1000, 1000).map(lambda value: round(value, 3))


@given(values, values, st.floats(0, 1))
def test_a_scale_is_linear_between_its_ends(low: float, high: float, share: float) -> None:
    assume(high - low > 0.01)
    scale = Scale(low, high, 100, 20)
    assert (scale(low), scale(high)) == pytest.approx((100, 20))
    assert scale(low + share * (high - low)) == pytest.approx(100 - 80 * share, abs=1e-6)


@given(values, values, st.integers(3, 12))
def test_ticks_are_round_evenly_spaced_and_within(low: float, high: float, n_most: int) -> None:
    assume(high - low > 0.01)
    ticks = Scale(low, high, 0, 1).ticks(n_most)
    step = round_step(high - low, n_most)
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(mantissa - each) for each in (1, 2, 5)) < 1e-6
    assert 1 <= len(ticks) <= n_most
    assert all(low - 1e-6 <= tick <= high + 1e-6 for tick in ticks)
    assert all(b - a == pytest.approx(step) for a, b in pairwise(ticks))
    assert not any(low + 1e-6 < end < high - 1e-6 for end in (ticks[0] - step, ticks[-1] + step))


@given(st.lists(st.one_of(values, st.sampled_from([math.nan, math.inf])), max_size=5))
def test_a_range_holds_every_finite_value_and_is_never_empty(given_values: list[float]) -> None:
    low, high = spanning(given_values)
    assert high - low >= 0.02 - 1e-9
    assert all(low <= value <= high for value in given_values if math.isfinite(value))


@given(st.integers(-5000, 5000), st.integers(0, 4))
def test_a_tick_reads_back_as_its_value(steps: int, decimals: int) -> None:
    value = round(steps / 10**decimals, decimals)
    assert float(tick_text(value).replace("\N{MINUS SIGN}", "-")) == value
