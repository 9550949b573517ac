import numpy as np
import pytest
from tests.fixtures.hugging_face import N_LAYERS, SOUND, WIDTH
from tests.unit.extraction.encoders.hugging_face.conftest import MakeFolder

from blemore_cli.extraction.encoders.base import NoFeaturesError
from blemore_cli.extraction.encoders.hugging_face.sound_model import SoundModel

N_ROWS = {"whisper": 50, "audio-spectrogram-transformer": 10}


def opened(folder_of: MakeFolder, kind: str, layer: int | str = "last") -> SoundModel:
    encoder = SoundModel(model=str(folder_of(kind)), layer=layer)
    encoder.open("cpu")
    return encoder


@pytest.mark.parametrize("kind", SOUND)
def test_rows_of_the_last_layer(folder_of: MakeFolder, kind: str, sound: np.ndarray) -> None:
    encoder = opened(folder_of, kind)
    rows = encoder.encode(sound)
    assert rows.shape == (N_ROWS.get(kind, 199), WIDTH)
    assert rows.dtype == np.float32
    assert encoder.width == WIDTH
    np.testing.assert_array_equal(rows, encoder.encode(sound))


@pytest.mark.parametrize("kind", ["wavlm", "whisper"])
def test_all_layers_begin_with_the_input_of_the_first(folder_of: MakeFolder, kind: str, sound: np.ndarray) -> None:
    layers = opened(folder_of, kind, "all").encode(sound)
    n_layers = (2 if kind == "whisper" else N_LAYERS) + 1
    assert layers.shape == (n_layers, N_ROWS.get(kind, 199), WIDTH)
    np.testing.assert_array_equal(layers[1], opened(folder_of, kind, 1).encode(sound))
    np.testing.assert_array_equal(layers[-1], opened(folder_of, kind, -1).encode(sound))


def test_rows_are_those_of_the_library(folder_of: MakeFolder, sound: np.ndarray) -> None:
    import torch
    from transformers import AutoModel, Wav2Vec2FeatureExtractor

    folder = folder_of("hubert")
    inputs = Wav2Vec2FeatureExtractor.from_pretrained(folder)(sound, sampling_rate=16_000, return_tensors="pt")
    with torch.inference_mode():
        expected = AutoModel.from_pretrained(folder).eval()(**inputs).last_hidden_state[0].numpy()
    np.testing.assert_allclose(opened(folder_of, "hubert").encode(sound), expected, atol=1e-5)


def test_sound_that_is_longer_than_a_model_sees_goes_in_pieces(folder_of: MakeFolder) -> None:
    sound = np.zeros(31 * 16_000, dtype=np.float32)
    assert opened(folder_of, "whisper").encode(sound).shape == (1550, WIDTH)


def test_too_short_a_sound_has_no_row(folder_of: MakeFolder) -> None:
    with pytest.raises(NoFeaturesError, match="shorter than one row"):
        opened(folder_of, "wavlm").encode(np.zeros(100, dtype=np.float32))
