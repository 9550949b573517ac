"""Tables with several rows a clip: frames in time, and predictions of several folds or seeds."""

from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.types import Floats

REPETITIONS: Final = ("fold", "seed", "run", "repeat", "repetition")
"""Columns, in lower case, of which several rows of a clip make a mean: predictions of models of the same kind."""

TIMES: Final = (
    *("frame", "frameindex", "frame_index", "frame_idx", "frame_id", "frametime", "timestamp", "time"),
    *("start", "end", "face_id", "segment", "window", "chunk", "onset", "offset"),
)
"""Columns, in lower case, of which several rows of a clip are its frames."""


def repetition_of(columns: pd.DataFrame, clips: list[str]) -> list[str]:
    """The columns that tell the rows of each clip apart, of `REPETITIONS` or else of `TIMES`; nothing if they do not.

    Args:
        columns: The N rows of the columns that are not features.
        clips: N names of clips.
    """
    for names in (REPETITIONS, TIMES):
        keys = [str(name) for name in columns.columns if str(name).lower() in names]
        if keys and not columns[keys].astype(str).assign(**{"": clips}).duplicated().any():
            return keys
    return []


def mean_of_rows(features: Floats, clips: list[str]) -> tuple[list[str], Floats]:
    """The mean row of each clip, (N, D) to (C, D), in the order of first appearance."""
    names, groups = _groups(clips)
    return names, np.stack([features[rows].mean(axis=0, dtype=np.float64) for rows in groups])


def frames_by_clip(features: Floats, clips: list[str]) -> tuple[list[str], list[Floats]]:
    """The frames (T, D) of each clip, in the order of first appearance."""
    names, groups = _groups(clips)
    return names, [features[rows] for rows in groups]


def _groups(clips: list[str]) -> tuple[list[str], list[np.ndarray]]:
    codes, names = pd.factorize(np.array(clips, dtype=object))
    order = np.argsort(codes, kind="stable")
    return names.tolist(), np.split(order, np.cumsum(np.bincount(codes))[:-1])
