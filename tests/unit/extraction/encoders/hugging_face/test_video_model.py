import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.fixtures.hugging_face import N_LAYERS, VIDEOS, WIDTH
from tests.unit.extraction.encoders.hugging_face.conftest import MakeFolder

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.encoders.hugging_face.video_model import VideoModel
from blemore_cli.extraction.media.video import Frames


@pytest.mark.parametrize("kind", VIDEOS)
def test_a_row_for_each_window(folder_of: MakeFolder, kind: str, frames: Frames) -> None:
    encoder = VideoModel(model=str(folder_of(kind)))
    encoder.open("cpu")
    assert encoder.window == 4
    rows = encoder.encode(frames)
    assert rows.shape == (5, WIDTH)
    assert encoder.width == WIDTH
    alone = encoder.encode(frames.at((np.arange(20) >= 8) & (np.arange(20) < 12)))
    np.testing.assert_allclose(alone, rows[2:3], atol=1e-5)


def test_all_layers(folder_of: MakeFolder, frames: Frames) -> None:
    encoder = VideoModel(model=str(folder_of("videomae")), layer="all")
    encoder.open("cpu")
    assert encoder.encode(frames).shape == (N_LAYERS + 1, 5, WIDTH)


@pytest.mark.parametrize("n_frames", [0, -1, 10**9, "many", None, [4]])
def test_a_window_is_a_number_of_frames(folder_of: MakeFolder, tmp_path: Path, n_frames: object) -> None:
    folder = shutil.copytree(folder_of("videomae"), tmp_path / "model")
    content = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**content, "num_frames": n_frames}))
    with pytest.raises(DataError, match="num_frames"):
        VideoModel(model=str(folder))
