"""Typed records of clips and predictions, and the types of their arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import Modality

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.str_]

UNLABELLED: Final = -1
TEST_FOLD: Final = -1


@dataclass(frozen=True)
class Clips:
    """The clips of a challenge as columns of equal length N: training rows first, then test rows.

    Attributes:
        filename: (N,) clip names without extension, unique.
        actor: (N,) who is seen; an empty string where unknown.
        is_test: (N,) whether the clip belongs to the test split.
        fold: (N,) official fold from 0, or -1 for test clips.
        label: (N,) position in `labels.LABELS`, or -1 where unlabelled.
    """

    filename: Strings
    actor: Strings
    is_test: Bools
    fold: Ints
    label: Ints

    def __len__(self) -> int:
        return len(self.filename)

    def take(self, rows: Ints | Bools) -> Self:
        """The clips at these rows, in their order."""
        return replace(self, **{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True)
class Predictions:
    """Predicted distributions over the permitted labels, one row a clip and model.

    Attributes:
        filename: (N,) clip names.
        fold: (N,) the fold that the predicting model left out.
        seed: (N,) seed of the predicting model.
        prob: (N, 36) probabilities in the order of `labels.LABELS`, rows summing to 1.
        label: (N,) decoded label, a position in `labels.LABELS`.
    """

    filename: Strings
    fold: Ints
    seed: Ints
    prob: Floats
    label: Ints

    def __len__(self) -> int:
        return len(self.filename)


Columns = TypeVar("Columns", Clips, Predictions)


def concatenated(parts: Sequence[Columns]) -> Columns:
    """Stacks clips, or predictions, below each other."""
    kind = type(parts[0])
    return kind(**{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(kind)})


@dataclass(frozen=True)
class EncoderFeatures:
    """The features of one encoder for every clip, in the order of the clips.

    Attributes:
        name: Encoder name, unique in an index.
        features: (N, D) float32, NaN where the clip is absent.
        present: (N,) whether the encoder has features for the clip.
        modality: What the encoder looks at.
        source: Where the features were read, for the reader of the index.
        aggregate: How frames became one row.
        sha256: Hexadecimal checksum of the source's bytes.
        columns: Names of the W columns of a frame, or of a row of the source, where they have names; the
            D = n_statistics * W features are in the order (statistic, column).
        settings: The configuration keys that decide how the source is read, as JSON.
        files: Hexadecimal checksum of each file that was read, where reading has computed it; no part of an index.
    """

    name: str
    features: NDArray[np.float32]
    present: Bools
    modality: Modality
    source: str
    aggregate: str
    sha256: str
    columns: tuple[str, ...] = ()
    settings: str = "{}"
    files: Mapping[Path, str] = field(default_factory=dict)
