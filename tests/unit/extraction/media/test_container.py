from pathlib import Path

import pytest
from tests.fixtures.media import make_clip

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.media.container import opened, packets_of, seconds_of, start_of
from blemore_cli.extraction.media.video import VideoState

pytest.importorskip("av", reason="the package av is not installed")


def test_a_stream_is_opened_with_one_thread_and_gives_all_frames(tmp_path: Path) -> None:
    with opened(make_clip(tmp_path / "clip.mp4", n_frames=10), "video") as (container, stream):
        assert stream.thread_count == 1
        assert start_of(container) == pytest.approx(0.0, abs=0.05)
        assert seconds_of(stream) == pytest.approx(0.4)
        assert len(list(packets_of(container, stream, VideoState()))) == 10


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError, match=r"clip\.mp4 must be a media file: No such file"),
        opened(tmp_path / "clip.mp4", "video"),
    ):
        pass


def test_a_playlist_reads_no_other_file(tmp_path: Path) -> None:
    make_clip(tmp_path / "secret.mp4", n_frames=10)
    lines = ("#EXTM3U", "#EXT-X-TARGETDURATION:9", "#EXTINF:9,", str(tmp_path / "secret.mp4"), "#EXT-X-ENDLIST", "")
    (tmp_path / "hls.mp4").write_text("\n".join(lines))
    (tmp_path / "concat.mp4").write_text("ffconcat version 1.0\nfile secret.mp4\n")
    for name in ("hls.mp4", "concat.mp4"):
        with pytest.raises(DataError, match="must be a media file"), opened(tmp_path / name, "video"):
            pass
