"""Index: one HDF5 file with the clips of a challenge and a feature matrix for each encoder."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import replacing, sha256_of
from blemore_cli.core.labels import SALIENCE
from blemore_cli.core.types import UNLABELLED, Bools, Clips, EncoderFeatures
from blemore_cli.data.index.check import (
    ATTRIBUTES,
    FORMAT,
    SPLITS,
    VERSION,
    EncoderInfo,
    checked_clips,
    checked_encoder,
    checked_root,
)

_LIBVER: Final = ("earliest", "v110")  # fixed, so that the same content gives the same bytes


@dataclass(frozen=True)
class Index:
    """A checked index. It keeps no open file, so it pickles.

    Attributes:
        path: The HDF5 file.
        sha256: Hexadecimal checksum of its bytes.
        stamp: Size in bytes and time of modification in nanoseconds, of the file with this checksum.
        clips: The N clips.
        encoders: The encoders by name, in alphabetical order.
    """

    path: Path
    sha256: str
    stamp: tuple[int, int]
    clips: Clips
    encoders: dict[str, EncoderInfo]

    def features(self, name: str) -> NDArray[np.float32]:
        """Reads the features (N, D) of an encoder, NaN where absent.

        Raises:
            ArtefactError: If there is no such encoder, or the file can no longer be read.
        """
        return np.asarray(self._dataset(name, "features"), dtype=np.float32)

    def present(self, name: str) -> Bools:
        """Reads whether (N,) an encoder has features for each clip.

        Raises:
            ArtefactError: If there is no such encoder, or the file can no longer be read.
        """
        return np.asarray(self._dataset(name, "present"), dtype=np.bool_)

    def check_unchanged(self) -> None:
        """Refuses a file that was replaced since it was opened; it is read for that only where its stamp differs.

        Raises:
            ArtefactError: If its bytes are others by now, or it is missing.
        """
        if not self.path.is_file() or (_stamp(self.path) != self.stamp and sha256_of(self.path) != self.sha256):
            raise ArtefactError(
                f"{self.path} must stay as it is while a command reads it, and was replaced or removed",
                fix="Restore it, or start anew with the index as it is now.",
            )

    def _dataset(self, name: str, key: str) -> NDArray[np.generic]:
        if name not in self.encoders:
            raise ArtefactError(
                f"{self.path} has the encoders {', '.join(self.encoders)}, but not {name}",
                fix="Correct the encoder's name, or index it.",
            )
        return np.asarray(reading_hdf5(self.path, lambda file: file["encoders"][name][key][()]))


def write_index(path: Path, clips: Clips, encoders: Iterable[EncoderFeatures]) -> None:
    """Writes an index atomically, one encoder at a time; the same content gives the same bytes.

    Raises:
        ArtefactError: If the file cannot be written.
    """
    with replacing(path) as temporary, h5py.File(temporary, "w", libver=_LIBVER) as file:
        file.attrs["format"] = FORMAT
        file.attrs["version"] = VERSION
        _write_clips(file.create_group("clips"), clips)
        group = file.create_group("encoders")
        for encoder in encoders:
            _write_encoder(group.create_group(encoder.name), encoder)
        file.flush()
        file.attrs["complete"] = True


def _write_clips(group: h5py.Group, clips: Clips) -> None:
    for name, strings in (
        ("filename", clips.filename.tolist()),
        ("actor", clips.actor.tolist()),
        ("split", [SPLITS[int(is_test)] for is_test in clips.is_test]),
    ):
        group.create_dataset(name, data=_utf8(strings))
    group.create_dataset("fold", data=clips.fold.astype(np.int64))
    is_unlabelled = (clips.label == UNLABELLED)[:, None]
    group.create_dataset("label", data=np.where(is_unlabelled, np.nan, SALIENCE[clips.label]))


def _utf8(strings: Sequence[str]) -> np.ndarray:
    encoded = [string.encode() for string in strings]
    return np.array(encoded, dtype=h5py.string_dtype("utf-8", max([1, *map(len, encoded)])))


def _write_encoder(group: h5py.Group, encoder: EncoderFeatures) -> None:
    group.create_dataset("features", data=np.ascontiguousarray(encoder.features, dtype=np.float32))
    group.create_dataset("present", data=encoder.present.astype(np.bool_))
    if encoder.columns:
        group.create_dataset("columns", data=_utf8(encoder.columns))
    for name in ATTRIBUTES:
        group.attrs[name] = getattr(encoder, name)


def read_index(path: Path) -> Index:
    """Opens an index and checks all of it except the values of the features.

    Raises:
        ArtefactError: If the file is missing, damaged, incomplete, or not an index.
    """

    def read(file: h5py.File) -> tuple[Clips, dict[str, EncoderInfo]]:
        checked_root(file, path)
        clips = checked_clips(file["clips"], path)
        encoders = file["encoders"]
        return clips, {name: checked_encoder(encoders, name, len(clips), path) for name in sorted(encoders)}

    clips, encoders = reading_hdf5(path, read)
    stamp = _stamp(path)
    return Index(path, sha256_of(path), stamp, clips, encoders)


def _stamp(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def reading_hdf5(path: Path, read: Callable[[h5py.File], Any]) -> Any:
    """Calls a function with an HDF5 file opened for reading.

    Raises:
        ArtefactError: If the file is missing or is not sound HDF5.
    """
    if not path.is_file():
        state = "a folder" if path.is_dir() else "nothing"
        raise ArtefactError(f"{path} must be an index file, got {state}", fix="Run `blemore index`.")
    try:
        with h5py.File(path, "r", locking=False) as file:
            return read(file)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, MemoryError, AttributeError) as error:
        raise ArtefactError(
            f"{path} must be an index in HDF5, got a damaged or other file: {str(error)[:120]}",
            fix="Run `blemore index` again; name another --out if this file is something else.",
        ) from error
