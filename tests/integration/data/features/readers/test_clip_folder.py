from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.data.features.readers import clip_folder
from blemore_cli.data.features.readers.base import Request, Source
from blemore_cli.data.features.readers.clip_folder import ClipFolder

pytestmark = pytest.mark.slow  # it starts processes


def test_processes_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    for n_frames in range(1, 41):
        np.save(tmp_path / f"A{n_frames:02d}.npy", rng.normal(size=(n_frames, 3)).astype(np.float32))
    reader, calls = ClipFolder(), list[int]()
    source = Source("clip", tmp_path, reader)
    alone = reader.read(source, Request(lambda _: True, DataConfig(jobs=1)))
    monkeypatch.setattr(clip_folder, "_SECONDS_WORTH_PROCESSES", 0.0)
    request = Request(lambda _: True, DataConfig(jobs=2), calls.append)
    together = reader.read(source, request)
    assert together.features.tobytes() == alone.features.tobytes()
    assert {together.sha256, alone.sha256, reader.sha256(source, request)} == {alone.sha256}
    assert sorted(calls) == [32, 40]
