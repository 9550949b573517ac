from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.fixtures.media import make_clip, number_of

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.media.video import CHUNK, LONGEST_SIDE, Frames, VideoState, read_frames

pytest.importorskip("av", reason="the package av is not installed")


def decoded(path: Path) -> tuple[list[int], np.ndarray, VideoState]:
    state = VideoState()
    chunks = list(read_frames(path, state))
    numbers = [number_of(frame) for chunk in chunks for frame in chunk.pixels]
    return numbers, np.concatenate([chunk.seconds for chunk in chunks]), state


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("h264.mp4", {}),
        ("odd.mp4", {"size": (322, 242)}),
        ("ten_bit.mkv", {"pixels": "yuv420p10le"}),
        ("full_chroma.mp4", {"pixels": "yuv444p"}),
        ("mpeg4.avi", {"codec": "mpeg4", "has_sound": False}),
        ("mjpeg.mov", {"codec": "mjpeg", "pixels": "yuvj420p"}),
        ("vp9.webm", {"codec": "libvpx-vp9", "has_sound": False, "n_frames": 20}),
        ("fast.mp4", {"fps": 50}),
    ],
)
def test_frames_and_times_are_exact(tmp_path: Path, name: str, options: dict[str, Any]) -> None:
    numbers, seconds, state = decoded(make_clip(tmp_path / name, **options))
    n_frames, fps = options.get("n_frames", 50), options.get("fps", 25)
    assert numbers == list(range(n_frames))
    np.testing.assert_allclose(seconds, np.arange(n_frames) / fps, atol=0.002)
    assert state.n_frames == n_frames
    assert state.damage == ""


def test_times_of_a_variable_rate_are_those_of_the_file(tmp_path: Path) -> None:
    times = np.cumsum([0, *([40, 20, 100, 60] * 10)]).tolist()
    numbers, seconds, state = decoded(make_clip(tmp_path / "vfr.mkv", n_frames=41, times=times, has_sound=False))
    assert numbers == list(range(41))
    np.testing.assert_allclose(seconds, np.array(times) / 1000, atol=0.001)
    assert state.damage == ""


def test_wide_frames_are_scaled_and_keep_their_shape(tmp_path: Path) -> None:
    state = VideoState()
    (frames,) = read_frames(make_clip(tmp_path / "wide.mp4", n_frames=2, size=(1280, 720)), state)
    assert frames.pixels.shape == (2, 360, LONGEST_SIDE, 3)


def test_chunks_know_the_times_of_their_neighbours(tmp_path: Path) -> None:
    chunks = list(read_frames(make_clip(tmp_path / "clip.mp4", n_frames=CHUNK + 5), VideoState()))
    assert [len(chunk) for chunk in chunks] == [CHUNK, 5]
    assert chunks[0].before == -np.inf
    assert chunks[0].after == chunks[1].seconds[0]
    assert chunks[1].before == chunks[0].seconds[-1]
    assert chunks[1].after == np.inf


def test_a_rotated_video_is_turned_upright(tmp_path: Path) -> None:
    import av

    path = make_clip(tmp_path / "clip.mp4", n_frames=3, has_sound=False)
    content = bytearray(path.read_bytes())
    unit, zero = (1 << 16).to_bytes(4, "big"), bytes(4)
    upright = unit + zero + zero + zero + unit + zero
    turned = zero + unit + zero + (-(1 << 16)).to_bytes(4, "big", signed=True) + zero + zero
    start = content.rindex(upright)
    content[start : start + len(upright)] = turned
    path.write_bytes(content)
    with av.open(str(path)) as container:
        assert next(container.decode(video=0)).rotation % 180 == 90
    (frames,) = read_frames(path, VideoState())
    assert frames.pixels.shape == (3, 320, 240, 3)
    assert number_of(np.rot90(frames.pixels[2])) == 2  # the file asks for a quarter turn clockwise


def test_a_truncated_video_is_damaged(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", n_frames=100, has_sound=False)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    numbers, _, state = decoded(path)
    assert 0 < len(numbers) < 100
    assert "before the stated 4.0 s" in state.damage


def test_noise_inside_loses_some_frames_and_is_counted(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", n_frames=100, has_sound=False, codec="mpeg4")
    content = bytearray(path.read_bytes())
    middle = content.index(b"mdat") + (len(content) - content.index(b"mdat")) // 2
    content[middle : middle + 1500] = np.random.default_rng(0).bytes(1500)
    path.write_bytes(content)
    numbers, _, state = decoded(path)
    assert len(numbers) >= 50
    assert numbers[:20] == list(range(20))
    assert state.damage == "" or "packets" in state.damage or "gap" in state.damage


@pytest.mark.parametrize("content", [b"", b"this is text, not a video\n" * 50])
def test_what_is_no_video_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"clip\.mp4 must be a media file"):
        list(read_frames(path, VideoState()))


def test_sound_alone_has_no_picture(tmp_path: Path) -> None:
    from scipy.io import wavfile

    wavfile.write(tmp_path / "clip.wav", 16_000, np.zeros(1600, dtype=np.int16))
    with pytest.raises(DataError, match="must have a picture, and has none"):
        list(read_frames(tmp_path / "clip.wav", VideoState()))


def test_frames_of_a_mask() -> None:
    frames = Frames(np.arange(12, dtype=np.uint8).reshape(4, 1, 1, 3), np.arange(4.0))
    assert frames.at(np.array([True, False, False, True])).seconds.tolist() == [0.0, 3.0]


def test_gaps_and_times_that_go_back_are_damage() -> None:
    state = VideoState()
    for second in (0.0, 0.04, 0.08, 1.2, 1.16):
        state.see(second)
    assert state.damage == "a gap of 1.1 s between frames, times of frames go back"
