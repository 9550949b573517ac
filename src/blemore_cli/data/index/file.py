"""Index: one HDF5 file with the clips of a challenge and a feature matrix for each encoder."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import replacing, sha256_of
from blemore_cli.core.labels import SALIENCE
from blemore_cli.core.types import UNLABELLED, Bools, Clips, EncoderFeatures
from blemore_cli.data.index.check import (
    FORMAT,
    SPLITS,
    VERSION,
    EncoderInfo,
    check_features,
    checked_clips,
    checked_encoder,
    checked_root,
    checked_whole,
    recorded_metadata,
)
from blemore_cli.data.index.checksum import (
    CHECKSUM,
    CLIP_ATTRIBUTES,
    CLIP_COLUMNS,
    ENCODER_ATTRIBUTES,
    ENCODER_COLUMNS,
    group_checksum,
    index_checksum,
    matrix_sha256,
)
from blemore_cli.data.index.deferring_file import deferring_errors
from blemore_cli.data.index.sources_file import IndexChecksums
from blemore_cli.data.index.text_heap import check_text_heap

_LIBVER: Final = ("earliest", "v110")  # fixed, so that the same content gives the same bytes
_sound: Final[set[tuple[Path, str, str]]] = set()
"""Path and checksum of an index, and the encoder, of each feature matrix that this process has checked."""


@dataclass(frozen=True)
class IndexContents:
    """What an index holds beside its feature matrices.

    Attributes:
        clips: The N clips.
        encoders: The encoders by name, in alphabetical order.
        metadata: Hexadecimal checksum of the metadata file of each split, `train` and `test`, that has one.
        checksum: Hexadecimal checksum of the content, that of the feature matrices included.
    """

    clips: Clips
    encoders: dict[str, EncoderInfo]
    metadata: dict[str, str]
    checksum: str


@dataclass(frozen=True)
class Index(IndexContents):
    """A checked index. It keeps no open file, so it pickles.

    Attributes:
        path: The HDF5 file.
        sha256: Hexadecimal checksum of its bytes.
        stamp: Size in bytes and time of modification in nanoseconds, of the file with this checksum.
    """

    path: Path
    sha256: str
    stamp: tuple[int, int]

    def features(self, name: str) -> NDArray[np.float32]:
        """Reads the features (N, D) of an encoder, NaN where absent; a process checks their checksum the first time.

        Raises:
            ArtefactError: If there is no such encoder, it is damaged, or the file can no longer be read.
        """
        features = np.asarray(self._dataset(name, "features"), dtype=np.float32)
        if (key := (self.path, self.sha256, name)) not in _sound:
            check_features(features, self.encoders[name], name, self.path)
            _sound.add(key)
        return features

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


def write_index(
    path: Path,
    clips: Clips,
    encoders: Iterable[EncoderFeatures],
    *,
    metadata: Mapping[str, str] = MappingProxyType({}),
    written: Callable[[IndexChecksums], None] = lambda _: None,
) -> IndexChecksums:
    """Writes an index atomically, one encoder at a time; the same content gives the same bytes.

    Args:
        path: The file.
        clips: The N clips.
        encoders: The encoders.
        metadata: Hexadecimal checksum of the metadata file of each split, `train` and `test`, that has one.
        written: Called with the checksums before the file takes its place.

    Returns:
        The checksums.

    Raises:
        ArtefactError: If the file cannot be written.
    """
    with replacing(path) as temporary:
        checksum = _write(temporary, clips, encoders, metadata)
        checksums = IndexChecksums(checksum, sha256_of(temporary))
        written(checksums)
    return checksums


def _write(path: Path, clips: Clips, encoders: Iterable[EncoderFeatures], metadata: Mapping[str, str]) -> str:
    with deferring_errors(path) as target, h5py.File(target, "w", libver=_LIBVER) as file:
        file.attrs["format"] = FORMAT
        file.attrs["version"] = VERSION
        clips_checksum = _write_clips(file.create_group("clips"), clips, metadata)
        group, checksums = file.create_group("encoders"), {}
        for encoder in encoders:
            checksums[encoder.name] = _write_encoder(group.create_group(encoder.name), encoder)
            target.check()
            del encoder  # its features, before those of the next one are read
        file.attrs[CHECKSUM] = checksum = index_checksum(clips_checksum, checksums)
        file.flush()
        file.attrs["complete"] = True
    return checksum


def _write_clips(group: h5py.Group, clips: Clips, metadata: Mapping[str, str]) -> str:
    for name, strings in (
        ("filename", clips.filename.tolist()),
        ("actor", clips.actor.tolist()),
        ("split", [SPLITS[int(is_test)] for is_test in clips.is_test]),
    ):
        group.create_dataset(name, data=_utf8(strings))
    group.create_dataset("fold", data=clips.fold.astype(np.int64))
    is_unlabelled = (clips.label == UNLABELLED)[:, None]
    group.create_dataset("label", data=np.where(is_unlabelled, np.nan, SALIENCE[clips.label]))
    recorded = {name: metadata[split] for split, name in zip(SPLITS, CLIP_ATTRIBUTES, strict=True) if split in metadata}
    return _close(group, CLIP_COLUMNS, {name: recorded.get(name) for name in CLIP_ATTRIBUTES})


def _close(group: h5py.Group, columns: Iterable[str], attributes: Mapping[str, str | None]) -> str:
    """Writes the attributes of a group, and the checksum of the whole group, which is returned."""
    for name, value in attributes.items():
        if value is not None:
            group.attrs[name] = value
    checksum = group_checksum(group, columns, attributes)
    group.attrs[CHECKSUM] = checksum
    return checksum


def _utf8(strings: Sequence[str]) -> np.ndarray:
    encoded = [string.encode() for string in strings]
    return np.array(encoded, dtype=h5py.string_dtype("utf-8", max([1, *map(len, encoded)])))


def _write_encoder(group: h5py.Group, encoder: EncoderFeatures) -> str:
    features = np.ascontiguousarray(encoder.features, dtype=np.float32)
    group.create_dataset("features", data=features)
    group.create_dataset("present", data=encoder.present.astype(np.bool_))
    if encoder.columns:
        group.create_dataset("columns", data=_utf8(encoder.columns))
    attributes = {name: getattr(encoder, name) for name in ENCODER_ATTRIBUTES if name != "features_sha256"}
    return _close(group, ENCODER_COLUMNS, attributes | {"features_sha256": matrix_sha256(features)})


def read_index(path: Path, *, sha256: str = "") -> Index:
    """Opens an index and checks all of it except the values of the features.

    Args:
        path: The file.
        sha256: The checksum of its bytes, where it is known because it was written a moment ago.

    Raises:
        ArtefactError: If the file is missing, damaged, incomplete, or not an index.
    """
    contents = read_contents(path, is_own=bool(sha256))
    stamp = _stamp(path)
    return Index(**vars(contents), path=path, sha256=sha256 or sha256_of(path), stamp=stamp)


def read_contents(path: Path, *, is_own: bool = False) -> IndexContents:
    """Opens an index and checks all of it except the values of the features, without the checksum of its bytes.

    Args:
        path: The file.
        is_own: Whether this process has written it, so that it is sound HDF5.

    Raises:
        ArtefactError: As `read_index`.
    """

    def read(file: h5py.File) -> IndexContents:
        checked_root(file, path)
        clips, encoders = checked_clips(file["clips"], path), file["encoders"]
        infos = {name: checked_encoder(encoders, name, len(clips), path) for name in sorted(encoders)}
        return IndexContents(clips, infos, recorded_metadata(file["clips"]), checked_whole(file, path))

    contents: IndexContents = reading_hdf5(path, read, is_own=is_own)
    return contents


def _stamp(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def reading_hdf5(path: Path, read: Callable[[h5py.File], Any], *, is_own: bool = False) -> Any:
    """Calls a function with an HDF5 file opened for reading, which is looked through first if it is of others.

    Raises:
        ArtefactError: If the file is missing or is not sound HDF5.
    """
    if not path.is_file():
        state = "a folder" if path.is_dir() else "nothing"
        raise ArtefactError(f"{path} must be an index file, got {state}", fix="Run `blemore index`.")
    if not os.access(path, os.R_OK):
        raise ArtefactError(f"{path} must be readable, and its permissions do not allow it", fix="Change them.")
    try:
        if not is_own:
            check_text_heap(path)
        with h5py.File(path, "r", locking=False) as file:
            return read(file)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, MemoryError, AttributeError) as error:
        raise ArtefactError(
            f"{path} must be an index in HDF5, got a damaged or other file: {str(error)[:120]}",
            fix="Run `blemore index` again; name another --out if this file is something else.",
        ) from error
