"""Features of one clip, and of all clips of a source, as readers give them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from blemore_cli.core.choices import Modality
from blemore_cli.core.types import Floats

STATIC: Final = "static"
"""In place of an aggregate: the source had one row a clip."""


SINGLE_AXES: Final = "axes of length one dropped"
"""In notes: the file's array had more than two axes, some of length one."""

ONE_COLUMN: Final = "frames of one column (a row of numbers is saved as [D], not as [D, 1])"
"""In notes: the file's array was [T, 1] with several frames."""


@dataclass(frozen=True)
class ClipFeatures:
    """The features of one clip.

    Attributes:
        features: (D,) one row, or (T, D) frames; (n_statistics * D,) once they are aggregated. Of shape (0,) or (0, D)
            where no frame is left: such a clip is missing.
        columns: Names of the D columns, or nothing where they have no names.
        left_out: Columns of the file that are not features.
        sha256: Hexadecimal checksum of the file.
        aggregate: How frames became one row; none for features as they are in the file.
        notes: How many things reading left out or changed, by their name in the plural: `frames with NaN left out`.
        unreadable: Columns of numbers that have a cell of something else, with the cell in words: `'x' in row 3`.
    """

    features: Floats
    columns: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    sha256: str = ""
    aggregate: str | None = None
    notes: Mapping[str, int] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceFeatures:
    """The features of one source: a row for each of its clips, which need not be the clips of the challenge.

    Attributes:
        clips: N clip names, unique.
        features: (N, D) numbers in the precision of the source.
        columns: Names of the columns (of a frame, where frames were aggregated), or nothing where they have no names.
        left_out: Columns of the source that are not features.
        sha256: Hexadecimal checksum of the source.
        aggregate: How frames became one row; `static` where the source had one row a clip.
        modality: Modality of the encoder, where the source holds it.
        notes: What reading left out or changed, as sentences without the encoder's name.
        no_frame_left: Clips that the source has a file of, but no features.
        files: Hexadecimal checksum of each file that was read, where reading has computed it.
        is_own: Whether nothing else holds the features, so that they may be changed in place.
        unreadable: Columns of numbers that have a cell of something else, with the cell in words: `'x' of clip A1`.
    """

    clips: list[str]
    features: Floats
    columns: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    sha256: str = ""
    aggregate: str = STATIC
    modality: Modality | None = None
    notes: tuple[str, ...] = ()
    no_frame_left: tuple[str, ...] = ()
    files: Mapping[Path, str] = field(default_factory=dict)
    is_own: bool = False
    unreadable: Mapping[str, str] = field(default_factory=dict)
