import numpy as np
import pytest

from blemore_cli.extraction.encoders.mel import mel_filters, mel_spectrogram


def test_filters_are_those_of_another_implementation() -> None:
    library = pytest.importorskip("transformers.audio_utils", reason="the package transformers is not installed")
    expected = library.mel_filter_bank(201, 40, 0.0, 8_000.0, 16_000, norm="slaney", mel_scale="slaney")
    np.testing.assert_allclose(mel_filters(16_000, 400, 40), expected.T, atol=1e-12)


def test_power_of_one_frame_by_the_definition_of_the_transform() -> None:
    samples = np.random.default_rng(0).normal(size=1_600).astype(np.float32)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    frame = samples[5 * 160 - 200 : 5 * 160 + 200].astype(np.float64) * window
    waves = np.exp(-2j * np.pi * np.outer(np.arange(201), np.arange(400)) / 400)
    expected = mel_filters(16_000, 400, 40) @ np.abs(waves @ frame) ** 2
    rows = mel_spectrogram(samples, rate=16_000, n_fft=400, hop=160, n_mels=40)
    assert rows.shape == (11, 40)
    np.testing.assert_allclose(rows[5], expected, rtol=1e-9)


def test_a_tone_is_loudest_in_its_band() -> None:
    tone = np.sin(2 * np.pi * 1_000 * np.arange(8_000) / 16_000).astype(np.float32)
    rows = mel_spectrogram(tone, rate=16_000, n_fft=400, hop=160, n_mels=40)
    centres = mel_filters(16_000, 400, 40).argmax(axis=1) * 40.0
    assert abs(centres[rows[20].argmax()] - 1_000) < 100
