import numpy as np
import pytest

from blemore_cli.extraction.sampling import nearest_frames


def test_half_the_rate_takes_every_second_frame() -> None:
    seconds = np.arange(50) / 25
    taken = nearest_frames(seconds, -np.inf, np.inf, 12.5)
    assert np.flatnonzero(taken).tolist() == list(range(0, 50, 2))


@pytest.mark.parametrize("fps", [0.5, 3.0, 5.0, 7.3, 24.0, 60.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_taken_frame_is_the_nearest_to_some_time(fps: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    seconds = np.concatenate([[0.0], np.cumsum(generator.uniform(0.01, 0.2, size=80))])
    taken = nearest_frames(seconds, -np.inf, np.inf, fps)
    grid = np.arange(0, seconds[-1], 1 / fps)
    nearest = np.unique([np.abs(seconds - time).argmin() for time in grid])
    assert set(nearest) <= set(np.flatnonzero(taken))
    assert taken.sum() <= len(nearest) + 1  # a last time may lie behind the last frame


@pytest.mark.parametrize("size", [1, 2, 7, 32])
def test_chunks_take_what_the_whole_takes(size: int) -> None:
    seconds = np.cumsum(np.random.default_rng(3).uniform(0.01, 0.1, size=100))
    seconds -= seconds[0]
    whole = nearest_frames(seconds, -np.inf, np.inf, 6.0)
    parts = []
    for start in range(0, 100, size):
        before = seconds[start - 1] if start else -np.inf
        after = seconds[start + size] if start + size < 100 else np.inf
        parts.append(nearest_frames(seconds[start : start + size], before, after, 6.0))
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_a_single_frame_is_taken() -> None:
    assert nearest_frames(np.array([0.0]), -np.inf, np.inf, 5.0).tolist() == [True]
    assert nearest_frames(np.array([0.37]), -np.inf, np.inf, 5.0).tolist() == [True]
