"""Array files of one clip or of many, read so that nothing in them can execute."""

import hashlib
import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from blemore_cli.core.errors import BlemoreError, DataError, listed
from blemore_cli.core.files import read_bytes
from blemore_cli.core.types import Floats

_SAVE_NPY: Final = "Save it again with np.save, as an array of numbers [T, D] or [D]."
_SAVE_PT: Final = "Save the tensor alone with torch.save, as numbers [T, D] or [D], or use .npy."
_SAVE_NPZ: Final = "Save it again with np.savez: X as numbers [N, D] and filenames as N strings (not objects)."


def content_of(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        DataError: If the file is missing, unreadable or empty.
    """
    content = read_bytes(path, "feature file", DataError)
    if not content:
        raise DataError(f"{path} must hold features, got an empty file", fix="Extract the features of this file again.")
    return content


def sha256_of_bytes(content: bytes) -> str:
    """The hexadecimal SHA-256 of some bytes.

    Examples:
        >>> sha256_of_bytes(b"")[:8]
        'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


@contextmanager
def reading(path: Path, what: str, fix: str) -> Iterator[None]:
    """Turns whatever a parser raises on a damaged or hostile file into an error that names the file.

    Raises:
        DataError: In place of any other exception; errors of this package pass as they are.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except BlemoreError:
        raise
    except Exception as error:
        reason = "".join(filter(str.isprintable, next(iter(str(error).splitlines()), "")))[:120] or type(error).__name__
        if type(error).__name__ == "UnpicklingError":  # torch's words advise to load it all the same
            reason = "it holds something other than tensors, which loading would have to execute"
        raise DataError(f"{path} must be {what}: {reason}", fix=fix) from error


def array_of_npy(content: bytes, path: Path) -> Floats:
    """Reads the bytes of a `.npy` file with the features of one clip.

    Returns:
        (D,) or (T, D), C-contiguous, in the file's precision.

    Raises:
        DataError: If it is not an array of real numbers of one or two dimensions, or holds pickled objects.
    """
    with reading(path, "a .npy array of numbers", _SAVE_NPY):
        array = _parsed_npy(io.BytesIO(content))
    return checked_numbers(array, path, dimensions=(1, 2), fix=_SAVE_NPY)


def _parsed_npy(file: Any) -> np.ndarray:
    return np.asarray(np.lib.format.read_array(file, allow_pickle=False))


def array_of_pt(content: bytes, path: Path) -> Floats:
    """Reads the bytes of a `.pt` file with one tensor; bfloat16 becomes float32.

    Returns:
        (D,) or (T, D), C-contiguous, in the file's precision.

    Raises:
        DataError: If it is anything but one dense tensor of real numbers of one or two dimensions.
    """
    import torch

    with reading(path, "a .pt file of one tensor and nothing that executes", _SAVE_PT):
        tensor = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
    if not isinstance(tensor, torch.Tensor):
        raise DataError(f"{path} must hold one tensor, got {type(tensor).__name__}", fix=_SAVE_PT)
    with reading(path, "a dense tensor of numbers", _SAVE_PT):
        if tensor.untyped_storage().nbytes() < tensor.numel() * tensor.element_size():
            raise DataError(f"{path} must hold each value of its tensor, got an expanded view", fix=_SAVE_PT)
        array = (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy(force=True)
    return checked_numbers(array, path, dimensions=(1, 2), fix=_SAVE_PT)


def arrays_of_static_npz(content: bytes, path: Path) -> tuple[Floats, list[str]]:
    """Reads the bytes of a `NAME_static_features.npz` file.

    Returns:
        X (N, D), and the N file names as they stand.

    Raises:
        DataError: If it is damaged, has members outside its own folder, or lacks X [N, D] or filenames [N].
    """
    with (
        reading(path, "an .npz archive with X [N, D] and filenames [N]", _SAVE_NPZ),
        zipfile.ZipFile(io.BytesIO(content)) as archive,
    ):
        check_members(archive.namelist(), path)
        features, names = (_member(archive, key, path) for key in ("X.npy", "filenames.npy"))
        if names.dtype.kind not in "US" or names.ndim != 1:
            raise DataError(f"{path}: filenames must be [N] strings, got {_shape_and_type(names)}", fix=_SAVE_NPZ)
        filenames = [name.decode() if isinstance(name, bytes) else name for name in names.tolist()]
    return checked_numbers(features, path, dimensions=(2,), fix=_SAVE_NPZ), filenames


def _member(archive: zipfile.ZipFile, key: str, path: Path) -> np.ndarray:
    if key not in archive.namelist():
        raise DataError(
            f"{path} must hold X and filenames, got {listed(archive.namelist()) or 'nothing'}", fix=_SAVE_NPZ
        )
    with archive.open(key) as file:
        return _parsed_npy(file)


def check_members(names: list[str], path: Path) -> None:
    """Refuses an archive whose members have directories in their names, or the same name twice.

    Raises:
        DataError: Naming the members.
    """
    unsafe = [ascii(name) for name in names if set(name) & set("/\\:\0") or name in {".", ".."}]
    repeated = sorted({ascii(name) for name in names if names.count(name) > 1})
    if unsafe or repeated:
        raise DataError(
            f"{path}: archive members must have unique names without directories, got {listed(unsafe or repeated)}",
            fix="Do not use this file; write it again with np.savez.",
        )


def checked_numbers(array: np.ndarray, path: Path, *, dimensions: tuple[int, ...], fix: str) -> Floats:
    """Refuses what is not a filled array of real numbers.

    Args:
        array: As read.
        path: Its file, for the message.
        dimensions: Permitted numbers of dimensions.
        fix: The next step.

    Returns:
        The array in native byte order, C-contiguous: the layout in memory decides the rounding of NumPy's sums.

    Raises:
        DataError: If the type, the number of dimensions or the size is wrong.
    """
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > np.dtype(np.float64).itemsize:
        raise DataError(f"{path} must hold real numbers, got {_shape_and_type(array)}", fix=fix)
    if array.ndim not in dimensions or array.size == 0:
        expected = " or ".join("[D]" if n == 1 else "[T, D]" if 1 in dimensions else "[N, D]" for n in dimensions)
        raise DataError(f"{path} must have the shape {expected}, not empty, got {_shape_and_type(array)}", fix=fix)
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))


def _shape_and_type(array: np.ndarray) -> str:
    return f"{list(array.shape)} of {array.dtype.name if array.dtype.names is None else 'records'}"
