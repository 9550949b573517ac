from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Floats
from blemore_cli.data.features.frames import NO_RULES
from blemore_cli.data.features.layers.stack import ClipLayers, Splitting, layers_of, split_layers
from blemore_cli.data.features.records import ClipFeatures

ARRAY = np.random.default_rng(0).normal(size=(5, 4, 3)).astype(np.float32)


def split(
    array: Floats, positions: tuple[int, ...] = (1, 2), *, is_mean: bool = False, is_pooled: bool = False
) -> ClipLayers:
    splitting = Splitting(lambda _: ClipFeatures(array, sha256="x"), positions, is_mean, is_pooled)
    return split_layers(splitting, "mean", NO_RULES, [Path("A.npy")])[0]


def test_every_layer_is_aggregated() -> None:
    clip = split(ARRAY)
    assert (clip.n_layers, clip.sha256) == (5, "x")
    expected = [ARRAY[layer].mean(axis=0).tobytes() for layer in (1, 2)]
    assert [features.features.tobytes() for features in clip.features] == expected


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8])
def test_the_mean_over_layers_is_computed_in_float64(dtype: type) -> None:
    array: Floats = (100 * ARRAY).astype(dtype)
    (row,) = split(array, is_mean=True).features
    expected = array[1:3].astype(np.float64).mean(axis=0).mean(axis=0)
    assert np.allclose(row.features, expected, rtol=1e-6)


def test_a_batch_of_one_is_no_layer() -> None:
    for array in (ARRAY[:, None], ARRAY[None]):
        assert split(array).features[0].features.tolist() == split(ARRAY).features[0].features.tolist()
    assert layers_of(ARRAY[:1]) is None
    assert layers_of(np.ones((2, 3, 4, 5))) is None


def test_one_frame_is_a_row() -> None:
    assert [features.features.shape for features in split(ARRAY[:, :1]).features] == [(1, 3), (1, 3)]


def test_pooled_layers_are_rows() -> None:
    clip = split(ARRAY[:, 0], is_pooled=True)
    assert [features.features.tolist() for features in clip.features] == ARRAY[1:3, 0].tolist()
    assert split(ARRAY[:, :1].transpose(1, 0, 2), is_pooled=True).features[0].features.tolist() == ARRAY[1, 0].tolist()


def test_clips_without_frames_or_layers_are_counted() -> None:
    empty = split(ARRAY[:, :0])
    assert (empty.n_layers, [features.features.size for features in empty.features]) == (0, [0, 0])
    assert (split(ARRAY[0]).n_layers, split(ARRAY[0]).features) == (1, ())
    assert (split(ARRAY[:2]).n_layers, split(ARRAY[:2]).features) == (2, ())


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(DataError, match=r"A\.npy must hold real numbers"):
        split(ARRAY.astype(np.complex64))
