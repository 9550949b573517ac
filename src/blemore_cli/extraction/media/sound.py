"""Sound decoding: the waveform of a clip at 16 kHz, aligned with its video."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.media.container import opened, packets_of, seconds_of, start_of

SAMPLE_RATE: Final = 16_000
"""Samples of a second."""

LONGEST_SOUND: Final = 3600
"""Seconds of a clip's sound, at most."""


@dataclass
class SoundState:
    """The state of a sound track.

    Attributes:
        n_bad_packets: Packets that could not be decoded.
        seconds: Length of the waveform.
        stated_seconds: Length that the file states; 0 where it states none.
    """

    n_bad_packets: int = 0
    seconds: float = 0.0
    stated_seconds: float = 0.0

    @property
    def damage(self) -> str:
        """What is damaged, in words; empty for a sound track without damage."""
        lost = self.stated_seconds - self.seconds
        signs = {
            f"{self.n_bad_packets} packets of sound cannot be decoded": self.n_bad_packets,
            f"the sound ends {lost:.1f} s before the stated {self.stated_seconds:.1f} s": lost > 0.2,
        }
        return ", ".join(sign for sign, applies in signs.items() if applies)


def read_waveform(path: Path, state: SoundState) -> NDArray[np.float32]:
    """Decodes the first sound track of a file, mixed to one channel.

    A track that begins after the video is filled with silence at its start, and the padding of its last packet is cut,
    so that sample `16,000 t` is what sounds at second `t` of the clip.

    Args:
        path: The media file.
        state: Filled while the sound is read.

    Returns:
        (n,) samples in -1 to 1.

    Raises:
        DataError: If the file is no media file, has no sound, or is longer than `LONGEST_SOUND`.
    """
    with opened(path, "audio") as (container, stream):
        state.stated_seconds = seconds_of(stream)
        pieces, start = _resampled(path, packets_of(container, stream, state))
        start = max(0.0, start - start_of(container))
    if not pieces:
        raise DataError(f"{path} must have sound, and its track is empty", fix="Replace the file.")
    if start > LONGEST_SOUND:
        raise DataError(f"{path} must be a clip, and its sound begins after {start:g} s", fix="Replace the file.")
    samples = np.concatenate(pieces)
    if state.stated_seconds:
        samples = samples[: round(state.stated_seconds * SAMPLE_RATE)]
    state.seconds = len(samples) / SAMPLE_RATE
    return np.concatenate([np.zeros(round(start * SAMPLE_RATE), dtype=np.float32), samples])


def _resampled(path: Path, frames: Iterator[Any]) -> tuple[list[NDArray[np.float32]], float]:
    """The samples of all frames in pieces, and the time of the first."""
    from av.audio.resampler import AudioResampler

    resampler, start, n_samples = AudioResampler("flt", "mono", SAMPLE_RATE), None, 0
    pieces: list[NDArray[np.float32]] = []
    for frame in chain(frames, [None]):  # at last, what the resampler holds back
        if frame is not None and start is None:
            start = frame.time or 0.0
        parts = (
            []
            if start is None
            else [part.to_ndarray().ravel().astype(np.float32) for part in resampler.resample(frame)]
        )
        pieces += parts
        n_samples += sum(map(len, parts))
        if n_samples > LONGEST_SOUND * SAMPLE_RATE:
            raise DataError(f"{path} must be a clip, and its sound is longer than an hour", fix="Cut it into clips.")
    return pieces, start or 0.0
