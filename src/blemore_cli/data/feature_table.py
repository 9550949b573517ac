"""The features of the chosen encoders in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import ArtefactError, listed
from blemore_cli.core.types import Bools, Clips
from blemore_cli.data.index_file import Index


@dataclass(frozen=True)
class FeatureTable:
    """The raw features of E encoders for N clips.

    Attributes:
        names: Names of the encoders.
        features: E arrays (N, D_e) float32, NaN where absent.
        present: (N, E) whether a clip has features of an encoder.
        clips: The clips of the rows.
        index_sha256: Checksum of the index that the features come from.
    """

    names: tuple[str, ...]
    features: tuple[NDArray[np.float32], ...]
    present: Bools
    clips: Clips
    index_sha256: str

    @property
    def widths(self) -> tuple[int, ...]:
        """D_e of each encoder."""
        return tuple(matrix.shape[1] for matrix in self.features)


def load_table(index: Index, encoders: Sequence[str] = ()) -> FeatureTable:
    """Reads the features of some encoders of an index, or of all.

    Raises:
        ArtefactError: If the index lacks an encoder, or if a clip has none of the chosen ones.
    """
    names = check_encoders(index, encoders)
    present = np.stack([index.present(name) for name in names], axis=1)
    features = tuple(index.features(name) for name in names)
    return FeatureTable(names, features, present, index.clips, index.sha256)


def check_encoders(index: Index, encoders: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of the encoders to use: those given, or all of the index.

    Raises:
        ArtefactError: If the index lacks one, or if a clip has none of them.
    """
    names = tuple(encoders or index.encoders)
    if len(set(names)) != len(names) or not set(names) <= set(index.encoders):
        raise ArtefactError(
            f"encoders must be distinct names of {index.path} ({', '.join(index.encoders)}), got {', '.join(names)}",
            fix="Correct --encoders (or model.encoders), or index the missing encoder.",
        )
    covered = np.any([index.present(name) for name in names], axis=0)
    orphans = [str(name) for name in index.clips.filename[~covered]]
    if orphans:
        raise ArtefactError(
            f"every clip needs features of a chosen encoder, {len(orphans)} clips have none: {listed(orphans)}",
            fix="Choose more encoders.",
        )
    return names
