"""Published figures of the challenge, and the clips that they may stand beside."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from blemore_cli.core.types import Clips

Figures = tuple[float, float]


@dataclass(frozen=True)
class Published:
    """A published system: presence and salience accuracy on the five official folds and on the test clips, if known."""

    system: str
    validation: Figures | None
    test: Figures | None


PUBLISHED: Final = (
    Published("most frequent single / blend", (0.078, 0.035), (0.074, 0.036)),
    Published("ImageBind, MLP-512", (0.290, 0.130), None),
    Published("WavLM, MLP-512", (0.265, 0.121), (0.311, 0.084)),
    Published("ImageBind + WavLM, early fusion", (0.345, 0.170), (0.327, 0.114)),
    Published("VideoMAEv2 + HuBERT, early fusion", None, (0.332, 0.114)),
    Published("6th place, late fusion of 12 encoders", None, (0.391, 0.168)),
)
"""Source: the dataset paper, arXiv 2601.13225; the 6th place, arXiv 2603.23650. In the first row presence is that of
always predicting the most frequent single, salience that of always predicting the most frequent blend."""

CAVEAT: Final = (
    "Published validation figures are optimistic: their epoch and thresholds were chosen on the very fold that "
    "is scored. They are of other features, too. Compare the order of magnitude, not the third decimal."
)

OFFICIAL_FOLDS: Final = "e21ac231db2df935f48163ae15e484a39edb700cf146b0b64c69bc29920618d3"
"""SHA-256 of the 2,456 lines `filename,fold` of the official training metadata, sorted and joined by line breaks."""


def published_for(clips: Clips) -> tuple[Published, ...]:
    """`PUBLISHED` if the training clips are exactly the official ones in their official folds, else nothing."""
    train = clips.take(~clips.is_test)
    return PUBLISHED if folds_sha256(train.filename, train.fold) == OFFICIAL_FOLDS else ()


def folds_sha256(filename: Iterable[str], fold: Iterable[int]) -> str:
    """Checksum of clips with their folds in any order, as `OFFICIAL_FOLDS` was computed from the metadata.

    Examples:
        >>> folds_sha256(["a", "b"], [0, 1]) == folds_sha256(["b", "a"], [1, 0])
        True
    """
    lines = sorted(f"{name},{k}" for name, k in zip(filename, fold, strict=True))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def score_of(figures: Figures | None) -> float | None:
    """The mean of presence and salience accuracy.

    Examples:
        >>> score_of((0.290, 0.130))
        0.21
    """
    return None if figures is None else round(sum(figures) / 2, 4)
