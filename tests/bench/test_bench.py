"""Every measure of `make bench` at toy size: both sides run, and agree where they have results."""

from collections.abc import Callable, Iterator

import pytest

import bench

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("measure", bench.MEASURES, ids=lambda measure: measure.__name__)
def test_both_sides_run_and_agree(measure: Callable[[bench.Scale], Iterator[bench.Row]]) -> None:
    rows = list(measure(bench.Scale(divisor=64)))
    assert rows
    assert all(row.what and row.plain > 0 and row.blemore > 0 for row in rows)
