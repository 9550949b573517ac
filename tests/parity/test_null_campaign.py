"""Tests of size 5 % and intervals of 95 % keep their word for few actors: a hundred nulls of `make nulls`.

The full table, of 1,000 nulls for 8 to 42 actors, is in docs/statistics.md.
"""

import nulls
import pytest
from scipy import stats

N_REPEATS = 100


@pytest.fixture(scope="module")
def events() -> dict[str, int]:
    return nulls.counted(12, n_repeats=N_REPEATS, n_resamples=400, seed=1)


def test_rejections_and_coverages_are_those_promised(events: dict[str, int]) -> None:
    assert set(events) <= set(nulls.PROMISES)
    for promise, share in nulls.PROMISES.items():
        assert stats.binomtest(events[promise], N_REPEATS, share).pvalue > 0.002, (promise, events[promise])
