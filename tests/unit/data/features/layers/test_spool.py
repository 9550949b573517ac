from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.features.layers.spool import Spool
from blemore_cli.data.features.records import ClipFeatures


def test_features_come_back_encoder_by_encoder(tmp_path: Path) -> None:
    clips = [
        (ClipFeatures(np.arange(4.0), ("a",), sha256="x", aggregate="mean"), ClipFeatures(np.ones((1, 2)))),
        (ClipFeatures(np.zeros((0,))), ClipFeatures(np.full((1, 2), 1e300))),
    ]
    with closing(Spool(tmp_path, 2)) as spool:
        for features in clips:
            spool.append(features)
        first, second = spool.features(0), spool.features(1)
        assert list(tmp_path.iterdir()) == []
    assert [clip.features.tolist() for clip in first] == [[0.0, 1.0, 2.0, 3.0], []]
    assert (first[0].columns, first[0].sha256, first[0].aggregate) == (("a",), "x", "mean")
    assert [clip.features.tolist() for clip in second] == [[[1.0, 1.0]], [[np.inf, np.inf]]]


def test_a_full_disk_is_an_error_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, _: bytes) -> int:
            raise OSError(28, "No space left on device")

    with closing(Spool(tmp_path / "not yet there", 1)) as spool:
        monkeypatch.setattr(spool, "_files", [Full()])
        with pytest.raises(ArtefactError, match="No space left"):
            spool.append((ClipFeatures(np.ones(2)),))
