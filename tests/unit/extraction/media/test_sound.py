from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile
from tests.fixtures.media import RATE, clicks, make_clip

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.media.sound import SAMPLE_RATE, SoundState, read_waveform

pytest.importorskip("av", reason="the package av is not installed")


def click_seconds(samples: np.ndarray) -> list[float]:
    loud = np.flatnonzero(np.abs(samples) > 0.3)
    is_first = np.diff(loud, prepend=-SAMPLE_RATE) > 1_000
    return [float(sample) / SAMPLE_RATE for sample in loud[is_first]]


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_clicks_are_where_they_were_put(tmp_path: Path, name: str) -> None:
    state = SoundState()
    samples = read_waveform(make_clip(tmp_path / name), state)
    np.testing.assert_allclose(click_seconds(samples), [0.5, 1.0, 1.5], atol=0.001)
    assert abs(len(samples) / SAMPLE_RATE - 2.0) < 0.05
    assert state.damage == ""


def test_sound_that_starts_late_is_filled_with_silence(tmp_path: Path) -> None:
    samples = read_waveform(make_clip(tmp_path / "clip.mp4", sound_start=0.3), SoundState())
    np.testing.assert_allclose(click_seconds(samples), [0.8, 1.3, 1.8], atol=0.002)


def test_a_wav_file_of_two_channels_is_mixed_and_resampled(tmp_path: Path) -> None:
    left = clicks(2.0)
    wavfile.write(tmp_path / "clip.wav", RATE, np.stack([left, np.zeros_like(left)], axis=1))
    samples = read_waveform(tmp_path / "clip.wav", SoundState())
    assert len(samples) == 2 * SAMPLE_RATE
    loud = np.flatnonzero(np.abs(samples) > 0.15)
    assert abs(loud[0] / SAMPLE_RATE - 0.5) < 0.001


def test_a_wave_at_16_khz_is_read_to_the_sample(tmp_path: Path) -> None:
    wave = (np.random.default_rng(0).normal(size=4_000) * 3_000).astype(np.int16)
    wavfile.write(tmp_path / "clip.wav", SAMPLE_RATE, wave)
    np.testing.assert_allclose(read_waveform(tmp_path / "clip.wav", SoundState()), wave / 32_768, atol=1e-6)


def test_a_silent_film_has_no_sound(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="must have sound, and has none"):
        read_waveform(make_clip(tmp_path / "clip.mp4", n_frames=5, has_sound=False), SoundState())


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "clip.wav").touch()
    with pytest.raises(DataError, match="it is empty"):
        read_waveform(tmp_path / "clip.wav", SoundState())


def test_sound_that_ends_early_is_damaged() -> None:
    assert SoundState(seconds=3.0, stated_seconds=5.0).damage == "the sound ends 2.0 s before the stated 5.0 s"
