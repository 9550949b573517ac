"""`.npy` files of one clip: an array of numbers, never pickled objects."""

import io
from pathlib import Path

import numpy as np

from blemore_cli.data.features.readers.base import ClipFileReader
from blemore_cli.data.features.records import ClipFeatures


class NpyFile(ClipFileReader):
    """A `.npy` array (D,) or (T, D) of one clip, in the precision of the file."""

    name = "npy"
    suffixes = (".npy",)
    accepted = "CLIP.npy"
    requirement = "a .npy array of numbers"
    fix = "Save it again with np.save, as an array of numbers [T, D] or [D]."

    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        """Parses the array."""
        del path
        return ClipFeatures(np.lib.format.read_array(io.BytesIO(content), allow_pickle=False))
