"""Statistics of frames of any type: finite, in order, and between the smallest and the largest frame."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from blemore_cli.data.features.aggregate import AGGREGATIONS, stats7

FLOATS = ("<f2", ">f2", "<f4", ">f4", "<f8", ">f8")
INTS = ("i1", "u1", "<i2", ">u2", "<i4", "<u4", "<i8", ">i8", "<u8", "?")

frames_of_any_type = st.sampled_from(FLOATS + INTS).flatmap(
    lambda kind: hnp.arrays(
        np.dtype(kind),
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=9),
        elements=hnp.from_dtype(np.dtype(kind), allow_nan=False, allow_infinity=False),
    )
)


@settings(max_examples=300, deadline=None)
@given(frames_of_any_type)
def test_percentiles_are_in_order_and_within_the_frames(frames: np.ndarray) -> None:
    mean, std, *percentiles = stats7(frames).reshape(7, -1)
    wide = frames.astype(np.result_type(frames.dtype, np.float32))  # int64 is compared in float64, as it is stored
    bounds = [wide.min(axis=0), *percentiles, wide.max(axis=0)]
    assert all((lower <= upper).all() for lower, upper in pairwise(bounds))
    assert np.isfinite(mean).all()
    assert np.isfinite(std).all()


@settings(max_examples=100, deadline=None)
@given(frames_of_any_type, st.sampled_from(sorted(AGGREGATIONS)))
def test_finite_frames_give_finite_rows_in_their_precision_or_wider(frames: np.ndarray, aggregate: str) -> None:
    row = AGGREGATIONS[aggregate].apply(frames[:1] if aggregate == "none" else frames)
    assert np.isfinite(row).all()
    assert aggregate == "none" or row.dtype == (np.float32 if frames.dtype.newbyteorder("=") == "f4" else np.float64)


@pytest.mark.parametrize("n_frames", [1500, 4000, 100_000])
@pytest.mark.parametrize("kind", ["f2", "f4", "i1", "i8"])
def test_long_clips_keep_their_precision(kind: str, n_frames: int) -> None:
    frames = np.random.default_rng(0).normal(5, 1, (n_frames, 2)).astype(kind)
    exact = np.array([frames.astype("f8").mean(axis=0), frames.astype("f8").std(axis=0)])
    assert np.allclose(stats7(frames).reshape(7, 2)[:2], exact, rtol=1e-3 if kind == "f4" else 1e-12)


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_the_largest_numbers_do_not_overflow(kind: str) -> None:
    largest = np.finfo(kind).max
    rows = stats7(np.array([[largest, largest], [largest, -largest], [largest, largest]], dtype=kind)).reshape(7, 2)
    assert rows[:, 0].tolist() == [largest, 0.0, *[largest] * 5]
    assert rows[2:, 1].tolist() == pytest.approx([-0.6 * largest, 0.0, largest, largest, largest])
