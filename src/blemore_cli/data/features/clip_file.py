"""One file with the features of one clip, whatever its format."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Floats
from blemore_cli.data.features.arrays import array_of_npy, array_of_pt, content_of, sha256_of_bytes
from blemore_cli.data.features.frame_csv import frames_of_csv
from blemore_cli.data.metadata.clip_names import clip_name

CLIP_SUFFIXES: Final = (".npy", ".pt", ".csv")


@dataclass(frozen=True)
class ClipFile:
    """The features of one clip.

    Attributes:
        values: (D,) one row for the whole clip, or (T, D) frames.
        sha256: Hexadecimal checksum of the file.
        columns: D column names of a CSV file, or nothing.
        left_out: Columns of a CSV file that are not features.
    """

    values: Floats
    sha256: str
    columns: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def clip_of(path: Path) -> str:
    """The clip that a file is named after.

    Examples:
        >>> clip_of(Path("hubert/test_0001.mov.npy"))
        'test_0001'
    """
    return clip_name(path.stem)


def read_clip_file(path: Path) -> ClipFile:
    """Reads a `.npy`, `.pt` or `.csv` file with the features of one clip.

    Raises:
        DataError: If the file is missing, damaged, unsafe, or not of numbers of shape [T, D] or [D].
    """
    content = content_of(path)
    sha256 = sha256_of_bytes(content)
    match path.suffix.lower():
        case ".npy":
            return ClipFile(array_of_npy(content, path), sha256)
        case ".pt":
            return ClipFile(array_of_pt(content, path), sha256)
        case ".csv":
            frames, columns, left_out = frames_of_csv(content, path)
            return ClipFile(frames, sha256, columns, left_out)
    raise DataError(
        f"{path} must be one of {' '.join(CLIP_SUFFIXES)}, got {path.suffix!r}", fix="Save the features as .npy."
    )
