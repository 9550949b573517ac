import numpy as np
import pytest

from blemore_cli.core.errors import UsageError
from blemore_cli.extraction.encoders.base import NoFeaturesError
from blemore_cli.extraction.encoders.voice import STEP, WIDTH, WINDOW, Voice, window_starts


@pytest.fixture(scope="module")
def voice() -> Voice:
    encoder = Voice()
    try:
        encoder.open("cpu")
    except UsageError:
        pytest.skip("the package resemblyzer is not installed")
    return encoder


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return (np.cumsum(generator.normal(size=int(seconds * 16_000))) * 0.001).astype(np.float32)


def test_rows_have_length_one(voice: Voice) -> None:
    rows = voice.encode(noise(5.0))
    assert rows.shape == (len(window_starts(80_000)), WIDTH)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert (rows >= 0).all()


def test_loudness_of_quiet_sound_changes_nothing(voice: Voice) -> None:
    sound = noise(2.0)
    quiet, quieter = (voice.encode(sound * np.float32(factor)) for factor in (1e-3, 1e-4))
    np.testing.assert_allclose(quiet, quieter, atol=1e-4)


def test_a_short_sound_is_one_window(voice: Voice) -> None:
    assert voice.encode(noise(0.5)).shape == (1, WIDTH)


def test_silence_has_no_voice(voice: Voice) -> None:
    for sound in (np.zeros(16_000, np.float32), np.zeros(0, np.float32)):
        with pytest.raises(NoFeaturesError, match="it is silent"):
            voice.encode(sound)


@pytest.mark.parametrize("n_samples", [1, 160, 16_000, 40_000, 80_000, 123_457])
def test_windows_cover_the_sound(n_samples: int) -> None:
    starts = window_starts(n_samples)
    assert starts == [STEP * number for number in range(len(starts))]
    covered = (starts[-1] + WINDOW) * 160
    assert covered >= n_samples - 0.75 * WINDOW * 160
    assert len(starts) == 1 or n_samples - starts[-1] * 160 >= 0.75 * WINDOW * 160
