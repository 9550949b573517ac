"""stats7 against NumPy's own calls, to the last bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from blemore_cli.data.features.aggregate import PERCENTILES, stats7


def numpy_stats7(frames: np.ndarray) -> np.ndarray:
    if frames.dtype == np.float16:
        frames = frames.astype(np.float64)
    with np.errstate(all="ignore"):
        singles = [np.percentile(frames, p, axis=0) for p in (10, 25, 50, 75, 90)]
        return np.concatenate([np.mean(frames, 0), np.std(frames, 0), *singles])


def assert_same_bits(frames: np.ndarray) -> None:
    ours, theirs = stats7(frames), numpy_stats7(frames)
    assert ours.dtype == theirs.dtype
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))
    number = ~np.isnan(theirs)
    assert ours[number].tobytes() == theirs[number].tobytes()


def without_overflow(frames: np.ndarray) -> np.ndarray:
    """The columns whose statistics NumPy can compute; property tests have laws for the others."""
    return frames[:, np.isfinite(numpy_stats7(frames).reshape(7, -1)).all(axis=0) | ~np.isfinite(frames).all(axis=0)]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.uint8, np.int32, np.int64])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (2, 3), (3, 5), (4, 1), (5, 16), (11, 9), (41, 30), (200, 64)])
def test_same_bits_for_shapes_and_dtypes(shape: tuple[int, int], dtype: type) -> None:
    values = np.random.default_rng(shape[0]).normal(scale=40, size=shape)
    assert_same_bits(values.astype(dtype))
    assert_same_bits(np.round(values / 20).astype(dtype))  # ties, zeros of both signs
    assert_same_bits(np.asfortranarray(values.astype(dtype)))


elements: dict[type[np.floating], st.SearchStrategy[float]] = {
    np.float16: st.floats(width=16, allow_nan=False, allow_infinity=False),
    np.float32: st.floats(width=32, allow_nan=False, allow_infinity=False),
    np.float64: st.one_of(
        st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([0.0, -0.0, 1e300, 5e-324])
    ),
}


@settings(max_examples=150, deadline=None)
@given(data=st.data(), dtype=st.sampled_from(list(elements)))
def test_same_bits_for_any_values(data: st.DataObject, dtype: type[np.floating]) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=2, max_side=12))
    assert_same_bits(without_overflow(data.draw(hnp.arrays(dtype, shape, elements=elements[dtype]))))


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.floats(width=32)))
def test_nan_and_infinity_come_out_as_in_numpy(frames: np.ndarray) -> None:
    assert_same_bits(without_overflow(frames))


def test_percentiles_are_the_organisers() -> None:
    assert PERCENTILES == (10, 25, 50, 75, 90)
