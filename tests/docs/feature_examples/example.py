"""An example of a layout or format of feature files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blemore_cli.core.types import Floats

TRAIN = [f"A{actor}_{emotion}_int1_ver1" for actor in (1, 2, 3, 4) for emotion in ("ang", "sad")]
TEST = ["test_0001", "test_0002"]
CLIPS = [*TRAIN, *TEST]
"""The clips that the metadata of an example name."""


@dataclass(frozen=True)
class Example:
    """A layout, its encoders, and what else should be said.

    Attributes:
        write: Writes the example into an empty folder, which is then indexed.
        encoders: The width of each encoder in the index.
        path: What is named in `data.features`, relative to the folder; the folder itself where empty.
        missing: Clips that the encoders lack, indexed with `missing: mask`.
        settings: Other keys of `data`.
        notes: Parts of the notes that are expected, each of which must appear in one.
        passed_over: Names, without suffixes, of what is not read.
    """

    write: Callable[[Path], None]
    encoders: dict[str, int]
    path: str = ""
    missing: tuple[str, ...] = ()
    settings: tuple[tuple[str, object], ...] = ()
    notes: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


def rows(width: int = 3) -> Floats:
    """Features (N, width) of the clips, in float32, of which no two are equal."""
    return np.random.default_rng(width).normal(size=(len(CLIPS), width)).astype(np.float32)


def frames(width: int = 3, n_frames: int = 5) -> dict[str, Floats]:
    """Features (n_frames, width) of each clip, in float32."""
    random = np.random.default_rng(width)
    return {clip: random.normal(size=(n_frames, width)).astype(np.float32) for clip in CLIPS}


def below(folder: Path, name: str) -> Path:
    """A path in a folder, whose parents are made."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
