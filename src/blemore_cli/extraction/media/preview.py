"""Previews of clips: a strip of small frames, and sound at 8 kHz, as files that a browser shows."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from blemore_cli.extraction.media.sound import SAMPLE_RATE, SoundState, read_waveform
from blemore_cli.extraction.media.video import Frames, VideoState, read_frames

N_FRAMES: Final = 6
HEIGHT: Final = 90
TOLERANCE: Final = 1e-6
JPEG_QUALITY: Final = 70
SOUND_RATE: Final = 8_000
SOUND_BIT_RATE: Final = 16_000


def strip_of(path: Path) -> Image.Image | None:
    """Up to six frames of a video at equal distances, side by side, 90 pixels high; none where it has no frame.

    Raises:
        DataError: If the file is no media file, or has no picture.
    """
    state, pictures = VideoState(), list[Image.Image]()
    for frames in read_frames(path, state):
        step = state.stated_seconds / N_FRAMES
        pictures += [_small(frames.pixels[row]) for row in _next_rows(frames, step, len(pictures))]
        if len(pictures) >= N_FRAMES:
            break
    if not pictures:
        return None
    strip = Image.new("RGB", (sum(each.width for each in pictures), HEIGHT))
    left = 0
    for picture in pictures:
        strip.paste(picture, (left, 0))
        left += picture.width
    return strip


def _next_rows(frames: Frames, step: float, n_taken: int) -> list[int]:
    """The first frames at or after the times that follow those of the frames that were taken before."""
    rows: list[int] = []
    for row, seconds in enumerate(frames.seconds):
        if n_taken + len(rows) < N_FRAMES and seconds >= (n_taken + len(rows)) * step - TOLERANCE:
            rows.append(row)
    return rows


def _small(pixels: NDArray[np.uint8]) -> Image.Image:
    picture = Image.fromarray(pixels)
    return picture.resize((max(1, round(picture.width * HEIGHT / picture.height)), HEIGHT))


def jpeg_of(picture: Image.Image) -> bytes:
    """A picture as a JPEG file."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


def small_sound_of(path: Path) -> bytes:
    """The sound of a clip as an MP3 file of 8 kHz and 16 kbit/s, in one channel.

    Raises:
        DataError: If the file is no media file, or has no sound.
    """
    import av

    samples, file = read_waveform(path, SoundState()), io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream: Any = container.add_stream("mp3", rate=SOUND_RATE, layout="mono")
        stream.bit_rate = SOUND_BIT_RATE
        resampler = av.AudioResampler("fltp", "mono", SOUND_RATE, frame_size=stream.codec_context.frame_size or 576)
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, 0, Fraction(1, SAMPLE_RATE)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode())
    return file.getvalue()
