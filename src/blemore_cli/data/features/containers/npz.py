"""NumPy archives as containers of arrays."""

import io
import re
import zipfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import IO, Final

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.containers.base import Container, Entry, EntryKind, Name, described, shown, split_key
from blemore_cli.data.features.containers.object_strings import strings_of

CONVERT_OBJECTS: Final = (
    "Objects are pickled, and a pickle is never loaded here. If you trust the file, convert it once in Python:\n"
    "  import numpy as np\n"
    '  arrays = np.load("NAME.npz", allow_pickle=True)\n'
    '  np.savez("NEW.npz", **{key: np.stack(list(array)) for key, array in arrays.items()})'
)
_SUFFIX: Final = ".npy"
_HEADER_READERS: Final = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class Npz(Container):
    """An open `.npz` archive: each member is an array, whose header alone is read until it is wanted."""

    def __init__(self, file: Path | bytes, path: Path) -> None:
        self._path = path
        self._archive = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
        keys = [key for key in self._archive.namelist() if not _is_of_the_system(key)]
        _check_members(keys, path)
        self._keys: dict[Name, str] = {split_key(key.removesuffix(_SUFFIX)): key for key in keys if key[-1] != "/"}

    @cached_property
    def entries(self) -> Mapping[Name, Entry]:
        """Every member; what is no `.npy` is something else."""
        return {name: self._entry(key) for name, key in self._keys.items()}

    def array(self, name: Name) -> np.ndarray:
        """Reads a member of numbers; objects are refused."""
        with self._archive.open(self._keys[name]) as file:
            return np.asarray(np.lib.format.read_array(file, allow_pickle=False))

    def texts(self, name: Name) -> list[str]:
        """Reads a member of text, of bytes, or of Python strings, whose pickle is not executed."""
        with self._archive.open(self._keys[name]) as file:
            dtype = array_header(file)[1]
            if dtype.kind == "O":
                return self._object_strings(name, file.read())
        return [text.decode() if isinstance(text, bytes) else text for text in self.array(name).ravel().tolist()]

    def _entry(self, key: str) -> Entry:
        if not key.endswith(_SUFFIX):
            return Entry("other", (), "no array")
        with self._archive.open(key) as file:
            shape, dtype = array_header(file)
        kind: EntryKind = "numbers" if dtype.kind in "fiub" else "text" if dtype.kind in "USO" else "other"
        name = "objects" if dtype.kind == "O" else "records" if dtype.names else "text" if dtype.kind in "US" else dtype
        in_words = described(shape, name)
        if kind != "text":
            return Entry(kind, shape, in_words)
        n_texts = int(np.prod(shape))  # a column [N, 1] of a table is a list, too
        return (
            Entry("text", (n_texts,), in_words) if shape and max(shape) == n_texts else Entry("other", shape, in_words)
        )

    def _object_strings(self, name: Name, pickled: bytes) -> list[str]:
        try:
            return strings_of(pickled)
        except ValueError as error:
            message = f"{self._path}: {shown(name)} must be numbers or text, and not objects: {error}"
            raise DataError(message, fix=CONVERT_OBJECTS) from None


def array_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type of a `.npy` array, with the file left at its data.

    Raises:
        ValueError: If the file is something else.
    """
    version = np.lib.format.read_magic(file)
    if version not in _HEADER_READERS:
        raise ValueError(f"an array of version {version} of the format holds no numbers")
    try:
        shape, _, dtype = _HEADER_READERS[version](file)
    except Exception as error:  # its text is parsed as Python is: a damaged one fails in any way
        raise ValueError(f"the header of an array is damaged: {type(error).__name__}") from error
    return shape, dtype


def _is_of_the_system(key: str) -> bool:
    return key.startswith("__MACOSX/") or key.endswith(".DS_Store")


def _check_members(keys: list[str], path: Path) -> None:
    """Refuses members whose names lead out of the archive, or that have the same name twice."""
    unsafe = [ascii(key) for key in keys if set(key) & set("\\:\0") or key[0] == "/" or ".." in re.split("/", key)]
    repeated = sorted({ascii(key) for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    if unsafe or repeated:
        raise DataError(
            f"{path}: archive members must have unique names that stay inside, got {listed(unsafe or repeated)}",
            fix="Do not use this file; write it again with np.savez.",
        )
