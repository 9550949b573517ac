from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.data.features.layers.layer_source import LayerStack, sources_of
from blemore_cli.data.features.layers.stack import Splitting
from blemore_cli.data.features.readers.base import Request, Source
from blemore_cli.data.features.readers.clip_folder import ClipFolder
from blemore_cli.data.features.records import ClipFeatures

N_CLIPS = 300
REQUEST = Request(lambda _: True, DataConfig(aggregate="mean", jobs=1, index=Path("nowhere/index.h5")))


class Reading:
    """Arrays [L, T, D] of numbered clips, and a count of what was read."""

    def __init__(self, n_layers: int = 4) -> None:
        self.n_read, self.n_layers = 0, n_layers

    def __call__(self, place: int) -> ClipFeatures:
        self.n_read += 1
        return ClipFeatures(np.arange(self.n_layers)[:, None, None] * 1000.0 + place + np.zeros((1, 2, 3)))


def sources(read: Reading, folder: Path, *, is_mean: bool = False) -> list[Source]:
    places = {f"clip{number}": number for number in range(N_CLIPS)}
    np.save(folder / "clip0.npy", np.ones(3))
    source = Source("x", folder, ClipFolder())
    return sources_of(LayerStack(source, (1, 3), 4, lambda _: places, Splitting(read, (1, 3), is_mean, False)))


def test_the_first_layer_reads_all_and_the_last_forgets_them(tmp_path: Path) -> None:
    read, calls = Reading(), list[int]()
    first, last = sources(read, tmp_path)
    assert [first.name, last.name] == ["x.01", "x.03"]
    for source, layer in ((last, 3), (first, 1)):
        request = Request(REQUEST.is_clip, REQUEST.config, calls.append)
        features = source.reader.read(source, request)
        assert features.features[:, 0].tolist() == [1000.0 * layer + number for number in range(N_CLIPS)]
        assert read.n_read == N_CLIPS
    assert calls[-1] == N_CLIPS
    first.reader.read(first, REQUEST)
    assert read.n_read == 2 * N_CLIPS


def test_layers_have_checksums_of_their_own(tmp_path: Path) -> None:
    each, mean = sources(Reading(), tmp_path), sources(Reading(), tmp_path, is_mean=True)
    digests = [source.reader.sha256(source, REQUEST) for source in (*each, *mean)]
    assert len(set(digests)) == 3
    assert mean[0].name == "x"


def test_too_few_layers_are_refused(tmp_path: Path) -> None:
    (source, _) = sources(Reading(n_layers=3), tmp_path)
    with pytest.raises(DataError, match="same layers, got 3 for clip0"):
        source.reader.read(source, REQUEST)
