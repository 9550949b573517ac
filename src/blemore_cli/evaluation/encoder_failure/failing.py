"""Draws of the encoders that fail for each clip."""

import numpy as np

from blemore_cli.core.types import Bools, Floats


def failing(draws: Floats, present: Bools, share: float) -> Bools:
    """Encoders that fail: each for a share of the clips, independently, but never all that a clip has.

    An encoder fails for a clip where its draw is below the share. Of the encoders that a clip has, the one with the
    largest draw stays sound: without any, nothing is left to predict from. So what fails at a share fails at any larger
    one, and with few encoders and large shares somewhat less than the share fails.

    Args:
        draws: (N, E) uniform in [0, 1), or 1 for an encoder that never fails.
        present: (N, E) bool.
        share: In [0, 1].

    Returns:
        (N, E) bool.

    Examples:
        >>> failing(np.array([[0.1, 0.4, 0.9], [0.1, 0.4, 0.2]]), np.full((2, 3), True), 0.5).tolist()
        [[True, True, False], [True, False, True]]
    """
    fails = present & (draws < share)
    last = np.where(present, draws, -1.0).argmax(axis=1)
    fails[np.arange(len(fails)), last] = False
    return fails
