"""Mel spectrogram, as librosa computes it with Slaney's scale and normalisation."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.types import Floats

_LINEAR_STEP: Final = 200 / 3
_LOG_FROM_HZ: Final = 1000.0
_LOG_STEP: Final = np.log(6.4) / 27
_BLOCK: Final = 4096  # frames at once: bounds the memory, whatever the length of the sound


def mel_spectrogram(samples: NDArray[np.float32], *, rate: int, n_fft: int, hop: int, n_mels: int) -> Floats:
    """Power in mel bands over time, of frames that are centred on every `hop`-th sample.

    Args:
        samples: (n,) waveform.
        rate: Samples of a second.
        n_fft: Samples of a frame, with a periodic Hann window.
        hop: Samples between two frames.
        n_mels: Bands between 0 Hz and half the rate.

    Returns:
        (1 + n // hop, n_mels).

    Source: Slaney, Auditory Toolbox, Interval Research Corporation 1998-010; librosa.feature.melspectrogram.
    """
    padded = np.pad(samples.astype(np.float64), n_fft // 2)
    starts = hop * np.arange(1 + len(samples) // hop)
    window = np.hanning(n_fft + 1)[:-1]
    windows, filters = np.lib.stride_tricks.sliding_window_view(padded, n_fft), mel_filters(rate, n_fft, n_mels)
    blocks = [starts[first : first + _BLOCK] for first in range(0, len(starts), _BLOCK)]
    return np.concatenate([np.abs(np.fft.rfft(windows[block] * window)) ** 2 @ filters.T for block in blocks])


def mel_filters(rate: int, n_fft: int, n_mels: int) -> Floats:
    """Triangular filters (n_mels, 1 + n_fft // 2) of equal area, at equal distances in mel."""
    edges = _hertz(np.linspace(0.0, _mel(np.array(rate / 2)), n_mels + 2))
    bins = np.fft.rfftfreq(n_fft, 1 / rate)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * (2 / (edges[2:] - edges[:-2]))[:, None])


def _mel(hertz: Floats) -> Floats:
    """Slaney's scale: linear below 1 kHz, logarithmic above."""
    linear = hertz / _LINEAR_STEP
    with np.errstate(divide="ignore"):
        logarithmic = _LOG_FROM_HZ / _LINEAR_STEP + np.log(hertz / _LOG_FROM_HZ) / _LOG_STEP
    return np.where(hertz >= _LOG_FROM_HZ, logarithmic, linear)


def _hertz(mel: Floats) -> Floats:
    """The inverse of `_mel`."""
    from_log = _LOG_FROM_HZ * np.exp(_LOG_STEP * (mel - _LOG_FROM_HZ / _LINEAR_STEP))
    return np.where(mel >= _LOG_FROM_HZ / _LINEAR_STEP, from_log, mel * _LINEAR_STEP)
