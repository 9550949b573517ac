"""The measures of extraction on a small film: both sides decode the same frames."""

from pathlib import Path

import pytest

pytest.importorskip("av", reason="the package av is not installed")
import extraction

from blemore_cli.extraction.media.video import VideoState, read_frames


def test_the_film_has_its_frames_and_both_sides_decode_it(tmp_path: Path) -> None:
    path = extraction.write_film(tmp_path / "a.mp4", size=(800, 400), n_frames=12, fps=25)
    state = VideoState()
    shapes = {frames.pixels.shape[1:] for frames in read_frames(path, state)}
    assert (state.n_frames, shapes) == (12, {(320, 640, 3)})
    assert extraction.seconds(lambda: extraction.bare_loop(path), repeats=1) > 0
