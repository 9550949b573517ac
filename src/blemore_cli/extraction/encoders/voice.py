"""Speaker embeddings: a recurrent network over mel spectrograms, trained with the GE2E loss."""

import math
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.encoders.base import NoFeaturesError, SoundEncoder, data_folder
from blemore_cli.extraction.encoders.mel import mel_spectrogram
from blemore_cli.extraction.media.sound import SAMPLE_RATE

WIDTH: Final = 256
N_MELS: Final = 40
FRAME, HOP = 400, 160  # samples: 25 and 10 ms
WINDOW: Final = 160  # frames of the spectrogram in a partial utterance: 1.6 s
STEP: Final = round(SAMPLE_RATE / 1.3 / HOP)  # frames between two of them: 1.3 a second
BATCH: Final = 64  # windows at once: bounds the memory, whatever the length of a clip
MIN_COVERAGE: Final = 0.75
LEVEL_DB: Final = -30.0
"""Root mean square, in decibels of full scale, that quieter clips are amplified to."""


class Voice(SoundEncoder):
    """Embedding (256,) of who speaks, from Resemblyzer's weights: the mean over windows of 1.6 s, of length 1.

    Source: Wan et al., Generalized end-to-end loss for speaker verification, ICASSP 2018.
    """

    packages = ("torch", "resemblyzer")
    install = "pip install --no-deps resemblyzer"
    licence = "Apache-2.0"
    is_pooled = True
    width = WIDTH

    def __init__(self) -> None:
        self._lstm: Any = None
        self._linear: Any = None

    @property
    def weights(self) -> tuple[Path, ...]:
        """The weights in Resemblyzer's package."""
        return (data_folder("resemblyzer", self.install) / "pretrained.pt",)

    def open(self, device: str) -> None:
        """Loads the network; tensors alone, nothing in the file is executed."""
        import torch
        from torch import nn

        torch.set_num_threads(1)  # their number changes the last bits; clips are spread over processes
        del device  # seconds of work for a clip, and no faster elsewhere
        path = self.weights[0]
        self._lstm, self._linear = nn.LSTM(N_MELS, WIDTH, 3, batch_first=True), nn.Linear(WIDTH, WIDTH)
        try:
            state = torch.load(path, weights_only=True, map_location="cpu")["model_state"]
            for name, module in (("lstm", self._lstm), ("linear", self._linear)):
                prefix = f"{name}."
                module.load_state_dict(
                    {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
                )
        except Exception as error:
            raise DataError(
                f"{path} must hold the weights of Resemblyzer: {error}", fix=f"Run `{self.install}` again."
            ) from error

    def encode(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Embeddings (T, 256), one a window, of a waveform."""
        import torch

        level = float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) if len(samples) else 0.0
        if not level:
            raise NoFeaturesError("it is silent")
        amplified = samples * max(1.0, 10 ** (LEVEL_DB / 20) / level)
        starts = window_starts(len(samples))
        padded = np.pad(amplified, (0, max(0, (starts[-1] + WINDOW) * HOP - len(samples)))).astype(np.float32)
        mel = mel_spectrogram(padded, rate=SAMPLE_RATE, n_fft=FRAME, hop=HOP, n_mels=N_MELS).astype(np.float32)
        batches = [starts[first : first + BATCH] for first in range(0, len(starts), BATCH)]
        with torch.inference_mode():
            return np.concatenate([self._rows(np.stack([mel[at : at + WINDOW] for at in batch])) for batch in batches])

    def _rows(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Embeddings (n, 256) of windows (n, 160, 40) of the spectrogram."""
        import torch

        _, (hidden, _) = self._lstm(torch.from_numpy(windows))
        rows = torch.relu(self._linear(hidden[-1]))
        return np.asarray((rows / rows.norm(dim=1, keepdim=True)).numpy())


def window_starts(n_samples: int) -> list[int]:
    """First frames of the windows of a sound; a last one that sound covers by less than three quarters is left out.

    Examples:
        >>> window_starts(16_000), window_starts(5 * 16_000)
        ([0], [0, 77, 154, 231, 308])
    """
    n_frames = math.ceil((n_samples + 1) / HOP)
    starts = list(range(0, max(1, n_frames - WINDOW + STEP + 1), STEP))
    coverage = (n_samples / HOP - starts[-1]) / WINDOW
    return starts[:-1] if coverage < MIN_COVERAGE and len(starts) > 1 else starts
