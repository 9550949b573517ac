import numpy as np
import pytest
from tests.fixtures.encoders import Brightness, Loudness

from blemore_cli.extraction.encoders.base import NoFeaturesError
from blemore_cli.extraction.features import FrameFeatures, checked, features_of_sound, joined
from blemore_cli.extraction.media.video import Frames


def chunks(n_frames: int, size: int) -> list[Frames]:
    pixels = np.arange(n_frames, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), dtype=np.uint8)
    seconds = np.arange(n_frames) / 25
    starts = range(0, n_frames, size)
    times = [-np.inf, *seconds, np.inf]
    return [
        Frames(
            pixels[start : start + size],
            seconds[start : start + size],
            times[start],
            times[min(start + size, n_frames) + 1],
        )
        for start in starts
    ]


def gathered(encoder: Brightness, parts: list[Frames]) -> np.ndarray:
    features = FrameFeatures(encoder, None)
    for part in parts:
        features.add(part)
    return features.finish()


@pytest.mark.parametrize("size", [1, 3, 32])
def test_chunks_change_nothing(size: int) -> None:
    for options in ({}, {"fps": 5.0}, {"window": 4}, {"fps": 10.0, "window": 3}):
        whole = gathered(Brightness(**options), chunks(50, 50))
        np.testing.assert_array_equal(gathered(Brightness(**options), chunks(50, size)), whole)


def test_rows_of_a_rate_and_of_windows() -> None:
    assert gathered(Brightness(), chunks(50, 32))[:, 0].tolist() == list(range(50))
    assert gathered(Brightness(fps=5.0), chunks(50, 32))[:, 0].tolist() == list(range(0, 50, 5))
    assert gathered(Brightness(window=4), chunks(50, 32))[:, 0].tolist() == [4 * number + 1.5 for number in range(12)]


def test_a_clip_shorter_than_a_window_repeats_its_last_frame() -> None:
    assert gathered(Brightness(window=4), chunks(2, 32))[:, 0].tolist() == [0.75]


def test_without_frames_there_are_no_features() -> None:
    with pytest.raises(NoFeaturesError, match="it has no frames"):
        gathered(Brightness(), [])


def test_features_of_sound() -> None:
    assert features_of_sound(Loudness(), np.ones(3_200, dtype=np.float32)).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_pooled_rows_have_length_one() -> None:
    pooled = checked(np.random.default_rng(0).normal(size=(5, 8)).astype(np.float32), is_pooled=True)
    assert pooled.shape == (8,)
    assert np.linalg.norm(pooled) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("features", "reason"),
    [
        (np.zeros((0, 3)), "gave no row"),
        (np.array([[1.0, np.nan]]), "not finite"),
        (np.array([[1.0, np.inf]]), "not finite"),
    ],
)
def test_what_is_no_features_has_a_reason(features: np.ndarray, reason: str) -> None:
    with pytest.raises(NoFeaturesError, match=reason):
        checked(features.astype(np.float32), is_pooled=False)


def test_frames_are_joined_in_order() -> None:
    assert joined(chunks(7, 3)).seconds.tolist() == (np.arange(7) / 25).tolist()
