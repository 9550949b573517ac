"""Speech and audio models over the sound of a clip."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.extraction.encoders.base import NoFeaturesError, SoundEncoder
from blemore_cli.extraction.encoders.hugging_face.model_folder import FolderModel, rows_of
from blemore_cli.extraction.media.sound import SAMPLE_RATE

SHORTEST_SAMPLES: Final = 400
"""Samples of sound that one row of a speech model sees."""

SPECTROGRAM_TRANSFORMER: Final = "audio-spectrogram-transformer"

SAMPLES_A_ROW: Final = {"whisper": 320, SPECTROGRAM_TRANSFORMER: 1_600}
"""Samples between two rows of the models that take sound of one length only."""

LONGEST_PIECE: Final = {"whisper": 30 * SAMPLE_RATE, SPECTROGRAM_TRANSFORMER: 10 * SAMPLE_RATE}
"""Samples that these models see at once."""


class SoundModel(FolderModel, SoundEncoder):
    """A speech or audio model: rows (T, D) of one layer, or (L, T, D) of all."""

    def encode(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rows of the whole sound at once, without padding; of models of a fixed length, piece by piece."""
        if len(samples) < SHORTEST_SAMPLES:
            raise NoFeaturesError("its sound is shorter than one row of the model")
        n_piece = LONGEST_PIECE.get(self.loaded.kind, len(samples))
        pieces = [samples[start : start + n_piece] for start in range(0, len(samples), n_piece)]
        return np.concatenate([self._rows(piece) for piece in pieces if len(piece) >= SHORTEST_SAMPLES], axis=-2)

    def _rows(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        model = self.loaded
        inputs = model.processor(samples, sampling_rate=SAMPLE_RATE, return_tensors="pt")
        name = model.whole.main_input_name
        states = model.layers_of(model.hidden(**{name: inputs[name].to(model.device)}))[:, 0]
        if model.kind == SPECTROGRAM_TRANSFORMER:
            states = _over_time(states, model.inner.config)
        if model.kind in SAMPLES_A_ROW:  # the model pads all sound to one length
            states = states[:, : -(-len(samples) // SAMPLES_A_ROW[model.kind])]
        return rows_of(states)


def _over_time(states: Any, config: Any) -> Any:
    """Rows over time of tokens (L, 2 + frequencies x times, D): the mean over the frequencies."""
    n_frequencies = (config.num_mel_bins - config.patch_size) // config.frequency_stride + 1
    n_layers, _, width = states.shape
    return states[:, 2:].reshape(n_layers, n_frequencies, -1, width).mean(1)
