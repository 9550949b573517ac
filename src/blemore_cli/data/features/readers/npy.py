"""`.npy` files of one clip: an array of numbers, never pickled objects."""

import io
import math
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError
from blemore_cli.core.files import read_bytes
from blemore_cli.data.features.containers.npz import array_header
from blemore_cli.data.features.readers.base import ClipFileReader
from blemore_cli.data.features.records import ClipFeatures

CONVERT_OBJECTS: Final = (
    "Objects are pickled, and a pickle is never loaded here. If you trust the file, convert it once in Python:\n"
    "  import numpy as np\n"
    '  objects = np.load("{name}", allow_pickle=True)\n'
    "  {lines}"
)
_OF_ONE_CLIP: Final = 'np.save("{name}", np.stack(list(objects)).astype(np.float32))'
_OF_ALL_CLIPS: Final = 'np.savez("{stem}.npz", **objects.item())  # of a dictionary with an array for each clip'
_START: Final = 4096


class NpyFile(ClipFileReader):
    """A `.npy` array (D,) or (T, D) of one clip, in the precision of the file."""

    name = "npy"
    suffixes = (".npy",)
    requirement = "a .npy array of numbers"
    fix = "Save it again with np.save, as an array of numbers [T, D] or [D]."

    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        """Parses the array; refuses objects with the lines that convert them."""
        try:
            return ClipFeatures(_array(content))
        except ValueError:
            shape = _shape_of_objects(content)
            if shape is None:
                raise
        lines = (_OF_ONE_CLIP if shape else _OF_ALL_CLIPS).format(name=path.name, stem=path.stem)
        raise DataError(
            f"{path} must be {self.requirement}, got objects",
            fix=CONVERT_OBJECTS.format(name=path.name, lines=lines),
        )

    def could_be_clip(self, path: Path) -> bool:
        """Whether the file is not a pickled dictionary, which may be of all clips."""
        return self.matches(path) and _shape_of_objects(read_bytes(path, "feature file", DataError, limit=_START)) != ()


def _array(content: bytes) -> np.ndarray:
    """The array in a file's bytes, which it shares if they are numbers in the order of rows, as nearly always.

    Raises:
        ValueError: If the file is damaged, or of objects.
    """
    if header := _header(content[: 10 + int.from_bytes(content[8:10], "little")]):
        shape, dtype, start = header
        if 0 < math.prod(shape) * dtype.itemsize <= len(content) - start:
            return np.frombuffer(content, dtype, math.prod(shape), start).reshape(shape)
    return np.asarray(np.lib.format.read_array(io.BytesIO(content), allow_pickle=False))


@lru_cache(maxsize=256)
def _header(content: bytes) -> tuple[tuple[int, ...], np.dtype, int] | None:
    """Shape, type and end of a header of version 1 of such numbers; none of anything else. Clips differ in few."""
    stream = io.BytesIO(content)
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            return None
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    except ValueError:
        return None
    return None if is_fortran or dtype.hasobject else (shape, dtype, stream.tell())


def _shape_of_objects(content: bytes) -> tuple[int, ...] | None:
    """The shape of an array of objects by the start of its file; none for numbers and for other files."""
    try:
        shape, dtype = array_header(io.BytesIO(content))
    except ValueError:
        return None
    return shape if dtype.hasobject else None
