"""Sampling of frames at a fixed rate by the nearest time."""

import numpy as np
from numpy.typing import NDArray


def nearest_frames(seconds: NDArray[np.float64], before: float, after: float, fps: float) -> NDArray[np.bool_]:
    """Which frames are the nearest to one of the times 0, 1/fps, 2/fps ...

    Args:
        seconds: (n,) times of consecutive frames, increasing.
        before: Time of the frame before them; minus infinity at the start of a clip.
        after: Time of the frame after them; infinity at its end.
        fps: Times of a second; where frames are rarer, all of them are taken.

    Returns:
        (n,) mask.

    Examples:
        >>> nearest_frames(np.array([0.0, 0.1, 0.2, 0.3, 0.4]), -np.inf, np.inf, 5).tolist()
        [True, False, True, False, True]
    """
    times = np.concatenate([[before], seconds, [after]])
    last_step = seconds[-1] - times[-3] if np.isfinite(times[-3]) else 0.0
    if not np.isfinite(after):
        times[-1] = seconds[-1] + last_step
    middles = (times[:-1] + times[1:]) / 2
    first = np.maximum(0, np.ceil(middles[:-1] * fps))
    return np.asarray((first < middles[1:] * fps) | (seconds == 0))
