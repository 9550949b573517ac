"""Video decoding: the frames of a clip in chunks, upright, with their times, and what was damaged."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.extraction.media.container import opened, packets_of, seconds_of, start_of

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.reformatter import VideoReformatter

CHUNK: Final = 32
"""Frames decoded before encoders see them: bounds the memory, whatever the length of a clip."""

LONGEST_SIDE: Final = 640
"""Pixels of the longer side, at most: wider frames are scaled down while they are decoded."""

TOLERATED_GAP: Final = 0.2
"""Seconds between two frames, or between the last frame and the stated end, from which a clip counts as damaged."""


@dataclass(frozen=True)
class Frames:
    """Frames of one clip in the order of their times.

    Attributes:
        pixels: (n, height, width, 3) RGB in 0-255.
        seconds: (n,) times from the start of the clip.
        before: Time of the frame before them; minus infinity at the start.
        after: Time of the frame after them; infinity at the end.
    """

    pixels: NDArray[np.uint8]
    seconds: NDArray[np.float64]
    before: float = -np.inf
    after: float = np.inf

    def __len__(self) -> int:
        return len(self.seconds)

    def at(self, rows: NDArray[np.bool_]) -> "Frames":
        """The frames of a mask (n,)."""
        return Frames(self.pixels[rows], self.seconds[rows])


@dataclass
class VideoState:
    """The state of a video, complete when all its frames have been read.

    Attributes:
        n_frames: Frames decoded.
        n_bad_packets: Packets that could not be decoded.
        seconds: Time of the last frame.
        stated_seconds: Length that the file states; 0 where it states none.
        longest_gap: Seconds between two neighbouring frames, at most.
        is_monotone: Whether times never went back.
    """

    n_frames: int = 0
    n_bad_packets: int = 0
    seconds: float = 0.0
    stated_seconds: float = 0.0
    longest_gap: float = 0.0
    is_monotone: bool = True
    steps: list[float] = field(default_factory=list)

    def see(self, seconds: float) -> None:
        """Takes the time of the next frame."""
        if self.n_frames:
            step = seconds - self.seconds
            self.steps.append(step)
            self.longest_gap = max(self.longest_gap, step)
            self.is_monotone &= step > 0
        self.n_frames, self.seconds = self.n_frames + 1, seconds

    @property
    def damage(self) -> str:
        """What is damaged, in words; empty for a sound video."""
        usual = float(np.median(self.steps)) if self.steps else 0.0
        lost = self.stated_seconds - self.seconds - usual
        signs = {
            f"{self.n_bad_packets} packets cannot be decoded": self.n_bad_packets,
            f"it ends {lost:.1f} s before the stated {self.stated_seconds:.1f} s": lost > max(TOLERATED_GAP, 2 * usual),
            f"a gap of {self.longest_gap:.1f} s between frames": self.longest_gap > max(TOLERATED_GAP, 4 * usual),
            "times of frames go back": not self.is_monotone,
        }
        return ", ".join(sign for sign, applies in signs.items() if applies)


def read_frames(path: Path, state: VideoState) -> Iterator[Frames]:
    """Decodes a video in one pass, `CHUNK` frames at a time.

    Rotation of the display is applied, and frames are scaled to `LONGEST_SIDE`. Packets that cannot be decoded are
    counted and passed over.

    Args:
        path: The media file.
        state: Filled while frames are read.

    Raises:
        DataError: If the file is no media file, or has no video.
    """
    with opened(path, "video") as (container, stream):
        state.stated_seconds = seconds_of(stream) or (container.duration or 0) / 1e6
        yield from _chunks(_decoded(container, stream, state))


def _decoded(container: object, stream: object, state: VideoState) -> Iterator[tuple[NDArray[np.uint8], float]]:
    from av.video.reformatter import VideoReformatter

    reformatter = VideoReformatter()  # one for the clip: a new one for each frame is four times slower
    for frame in packets_of(container, stream, state):
        if frame.time is not None:
            seconds = frame.time - start_of(container)
            state.see(seconds)
            yield upright_pixels(frame, reformatter), seconds


def upright_pixels(frame: "VideoFrame", reformatter: "VideoReformatter") -> NDArray[np.uint8]:
    """The pixels (height, width, 3) of a frame in RGB, scaled to `LONGEST_SIDE` and turned as it is displayed."""
    scale = min(1.0, LONGEST_SIDE / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    pixels = reformatter.reformat(frame, width, height, "rgb24").to_ndarray()
    return np.ascontiguousarray(np.rot90(pixels, frame.rotation // 90))


def _chunks(frames: Iterable[tuple[NDArray[np.uint8], float]]) -> Iterator[Frames]:
    """Frames in chunks of one size of picture; each knows the times of its neighbours."""
    pixels: list[NDArray[np.uint8]] = []
    seconds: list[float] = []
    before = -np.inf
    for picture, time in frames:
        if pixels and (len(pixels) == CHUNK or picture.shape != pixels[0].shape):
            yield Frames(np.stack(pixels), np.array(seconds), before, time)
            before, pixels, seconds = seconds[-1], [], []
        pixels.append(picture)
        seconds.append(time)
    if pixels:
        yield Frames(np.stack(pixels), np.array(seconds), before)
