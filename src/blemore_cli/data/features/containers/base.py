"""Abstract base of the files with named arrays."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

Name = tuple[str, ...]
"""The parts of an array's name: the keys or groups that lead to it; no part where an array stands alone."""

EntryKind = Literal["numbers", "text", "other"]

SEPARATOR: Final = "/"


@dataclass(frozen=True)
class Entry:
    """The shape of an array in a file, and what it holds.

    Attributes:
        kind: Real numbers, text, or something else.
        shape: Its shape.
        described: Shape and type in words.
    """

    kind: EntryKind
    shape: tuple[int, ...]
    described: str


class Container(ABC):
    """An open file with named arrays, closed when nothing refers to it."""

    @abstractmethod
    def __init__(self, file: Path | bytes, path: Path) -> None:
        """Opens a file on disk, or its content; `path` is its name in messages."""

    @property
    @abstractmethod
    def entries(self) -> Mapping[Name, Entry]:
        """Every array by its name, in the order of the file, without reading numbers."""

    @abstractmethod
    def array(self, name: Name) -> np.ndarray:
        """Reads an array of numbers."""

    @abstractmethod
    def texts(self, name: Name) -> list[str]:
        """Reads an array of text in one dimension."""

    def row(self, name: Name, row: int) -> np.ndarray:
        """Reads one row of an array; the array is kept for the next one."""
        if getattr(self, "_kept_name", None) != name:
            self._kept_name, self._kept = name, self.array(name)
        return np.asarray(self._kept[row])


def shown(name: Name) -> str:
    """A name as in messages.

    Examples:
        >>> shown(("train", "vision"))
        'train/vision'
    """
    return SEPARATOR.join(name)


def split_key(key: str) -> Name:
    """The parts of a key of a flat file, where directories of clips or groups are written with a slash.

    Examples:
        >>> split_key("train/A102_ang_int1_ver1.mov")
        ('train', 'A102_ang_int1_ver1.mov')
    """
    return tuple(part for part in key.split(SEPARATOR) if part)


def described(shape: tuple[int, ...], dtype: object) -> str:
    """Shape and type in words, as `[2, 3] of float32`."""
    return f"{list(shape)} of {str(dtype).removeprefix('torch.')}"
