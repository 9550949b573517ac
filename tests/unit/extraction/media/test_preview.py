import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.fixtures.media import make_clip

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.media.preview import HEIGHT, N_FRAMES, jpeg_of, small_sound_of, strip_of
from blemore_cli.extraction.media.sound import SoundState, read_waveform

pytest.importorskip("av", reason="the package av is not installed")


@pytest.mark.parametrize(("n_frames", "n_shown"), [(50, N_FRAMES), (200, N_FRAMES), (3, 3), (1, 1)])
def test_a_strip_shows_frames_of_the_whole_clip(tmp_path: Path, n_frames: int, n_shown: int) -> None:
    strip = strip_of(make_clip(tmp_path / "a.mp4", n_frames=n_frames, has_sound=False))
    assert strip is not None
    assert strip.size == (n_shown * 120, HEIGHT)
    assert Image.open(io.BytesIO(jpeg_of(strip))).size == strip.size
    bars = np.asarray(strip)[HEIGHT // 4, 3::120].mean(axis=1) > 125  # the lowest bit of each frame's number
    if n_frames == 200:
        assert bars.any()


def test_small_sound_has_the_length_and_the_loudness_of_the_clip(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", n_frames=50, size=(32, 32), codec="mpeg4")
    content = small_sound_of(path)
    assert len(content) < 8_000
    (tmp_path / "small.mp3").write_bytes(content)
    before, after = (read_waveform(each, SoundState()) for each in (path, tmp_path / "small.mp3"))
    assert len(after) == pytest.approx(len(before), abs=2_500)
    assert np.abs(after).max() > 0.05


def test_files_without_a_picture_or_sound_are_refused(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "a.mp4", n_frames=5, size=(32, 32), codec="mpeg4", has_sound=False)
    with pytest.raises(DataError, match="must have sound"):
        small_sound_of(film)
    (tmp_path / "b.mp4").write_text("no film")
    with pytest.raises(DataError, match="must be a media file"):
        strip_of(tmp_path / "b.mp4")
