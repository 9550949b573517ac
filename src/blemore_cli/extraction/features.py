"""Features of one clip from its decoded media, by one encoder."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from blemore_cli.extraction.encoders.base import FrameEncoder, NoFeaturesError, SoundEncoder
from blemore_cli.extraction.faces import FaceTrack
from blemore_cli.extraction.media.video import Frames
from blemore_cli.extraction.sampling import nearest_frames


def features_of_sound(encoder: SoundEncoder, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The features of a waveform (n,), checked and pooled.

    Raises:
        NoFeaturesError: If it has none.
    """
    return checked(encoder.encode(samples), is_pooled=encoder.is_pooled)


@dataclass
class FrameFeatures:
    """Features of the frames of a clip, gathered from chunk to chunk.

    Attributes:
        encoder: The open encoder.
        faces: The faces of the clip, for an encoder that sees them.
    """

    encoder: FrameEncoder
    faces: FaceTrack | None
    _rows: list[NDArray[np.float32]] = field(default_factory=list)
    _rest: list[Frames] = field(default_factory=list)

    def add(self, frames: Frames) -> None:
        """Encodes the frames of a chunk that the encoder takes."""
        encoder = self.encoder
        taken = frames
        if encoder.fps:
            taken = frames.at(nearest_frames(frames.seconds, frames.before, frames.after, encoder.fps))
        if self.faces is not None:
            taken = self.faces.crops(taken, encoder.crop_size)
        if len(taken):
            self._encode(joined([*self._rest, taken]))

    def finish(self) -> NDArray[np.float32]:
        """The features (T, D), (L, T, D) or (D,) of the clip.

        Raises:
            NoFeaturesError: If no frame had any.
        """
        if not self._rows and self._rest:  # shorter than a window: the last frame goes on
            rest = joined(self._rest)
            rows = np.minimum(np.arange(self.encoder.window), len(rest) - 1)
            self._rows.append(self.encoder.encode(Frames(rest.pixels[rows], rest.seconds[rows])))
        if not self._rows:
            has_frames = self.faces is not None and self.faces.count.n_frames > 0
            raise NoFeaturesError("no face in any frame" if has_frames else "it has no frames")
        return checked(np.concatenate(self._rows, axis=-2), is_pooled=self.encoder.is_pooled)

    def _encode(self, frames: Frames) -> None:
        n_whole = len(frames) // self.encoder.window * self.encoder.window
        rows = np.arange(len(frames)) < n_whole
        if n_whole:
            self._rows.append(self.encoder.encode(frames.at(rows)))
        self._rest = [frames.at(~rows)] if n_whole < len(frames) else []


def joined(parts: list[Frames]) -> Frames:
    """Frames one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Frames(np.concatenate([part.pixels for part in parts]), np.concatenate([part.seconds for part in parts]))


def checked(features: NDArray[np.float32], *, is_pooled: bool) -> NDArray[np.float32]:
    """Features that are finite, as one row of length 1 where they are pooled.

    Raises:
        NoFeaturesError: If there are none, or some are not finite.

    Examples:
        >>> checked(np.array([[3.0, 4.0], [3.0, 4.0]], dtype=np.float32), is_pooled=True).round(3).tolist()
        [0.6000000238418579, 0.800000011920929]
    """
    if not features.size:
        raise NoFeaturesError("the encoder gave no row")
    if not np.isfinite(features).all():
        raise NoFeaturesError("the encoder gave numbers that are not finite")
    if is_pooled:
        mean = features.mean(axis=0, dtype=np.float64)
        features = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
    return np.ascontiguousarray(features, dtype=np.float32)
