"""Single files with the arrays of all clips of an encoder, or of several encoders."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import ClassVar, Final, NamedTuple

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.files import sha256_of
from blemore_cli.data.features.containers.base import Container, shown
from blemore_cli.data.features.containers.hdf5 import Hdf5, is_index
from blemore_cli.data.features.containers.npz import Npz
from blemore_cli.data.features.containers.places import OTHER_KEYS, Place, Places, places_in
from blemore_cli.data.features.containers.safetensors_file import SafetensorsFile
from blemore_cli.data.features.containers.torch_file import TorchFile
from blemore_cli.data.features.folder import joined, read_clips
from blemore_cli.data.features.parsing import checked_numbers, reading, without_single_axes
from blemore_cli.data.features.readers.base import STATIC_FEATURES, Candidate, IsClip, Request, Source, SourceReader
from blemore_cli.data.features.records import SINGLE_AXES, ClipFeatures, SourceFeatures
from blemore_cli.data.metadata.clip_names import carries_label

PADDING: Final = "frames of padding left out"
_LAYOUTS: Final = "an array [T, D] or [D] for each clip, by its name, or X [N, D] with filenames [N]"
_BYTES_WORTH_PROCESSES: Final = 500_000_000  # reading takes about twice the three seconds that starting them takes


class ArrayArchive(SourceReader):
    """A file with an array for each clip, or with arrays of N rows and the list of the N clips.

    Attributes:
        container: What opens the file.
    """

    lists_clips = True
    container: ClassVar[type[Container]]

    def encoders_at(self, candidate: Candidate) -> list[str]:
        """The file's name, without `_static_features`; with the encoder's key where the file holds several."""
        path = candidate.path
        if not (path.is_file() and self.matches(path)) or not self.may_be_archive(path):
            return []
        try:
            with self.parsing(path, path):
                keys = list(_kept_places(type(self), path, _stamp(path), candidate.is_clip).encoders)
        except DataError:
            keys = []
        if not keys and (candidate.is_given or self.stem(path).endswith(STATIC_FEATURES)):
            keys = [""]  # reading it names what is wrong
        return [self._name(path, key) for key in keys]

    def reason(self, path: Path) -> str:
        """Why a file in a folder is not read, as a clause about `it`."""
        try:
            with self._open(path) as container:
                raise self._refusal(path, container)
        except DataError as error:
            return error.message.replace(str(path), "it", 1).replace("it must be", "it is not", 1)

    def may_be_archive(self, path: Path) -> bool:
        """Whether a file with the right suffix is worth opening."""
        del path
        return True

    def clips_of(self, source: Source, is_clip: IsClip | None = None) -> list[str]:
        """The clips that keys or a list name; where clips are yet to be learnt, all of them."""
        places = self._places(source, is_clip or carries_label)[0]
        return [clip for clip in places if clip.lower() not in OTHER_KEYS or (is_clip or carries_label)(clip)]

    def read(self, source: Source, request: Request) -> SourceFeatures:
        """Reads the arrays of the clips of the challenge, one at a time."""
        places, strangers, left_out = self.places_of(source, request.is_clip)
        clips = read_clips(
            places,
            self.reader_of(source),
            aggregate=request.config.aggregate,
            jobs=self.jobs(source, places, request.config.jobs),
            done=request.done,
            rules=request.frame_rules,
        )
        features = joined(clips, request.config.aggregate)
        notes = [f"{len(strangers)} clips are not in the metadata: {listed(strangers, 3)}"] if strangers else []
        notes += [f"left out arrays {listed(list(left_out))}"] if left_out else []
        _kept_open.cache_clear()  # its memory is free for the next encoder
        sha256 = sha256_of(source.path)
        return replace(features, sha256=sha256, notes=(*notes, *features.notes), files={source.path: sha256})

    def sha256(self, source: Source, request: Request) -> str:
        """The checksum of the file."""
        del request
        return sha256_of(source.path)

    def places_of(self, source: Source, is_clip: IsClip) -> tuple[dict[str, Place], list[str], tuple[str, ...]]:
        """Where each clip is, names of other clips whose arrays are not read, and arrays that are no features.

        Raises:
            DataError: If the file is damaged or has no clip of the challenge.
        """
        places, left_out = self._places(source, is_clip)
        known = {clip: place for clip, place in places.items() if place.row is not None or is_clip(clip)}
        return known, [clip for clip in places if clip not in known], left_out

    def reader_of(self, source: Source) -> "partial[ClipFeatures]":
        """What reads the clip at a place, in any process."""
        return partial(_read_place, type(self), source.path, _stamp(source.path))

    def array_reader_of(self, source: Source) -> "partial[ClipFeatures]":
        """What reads the array at a place as it is, of any number of axes."""
        return partial(_array_at, type(self), source.path, _stamp(source.path))

    def jobs(self, source: Source, places: dict[str, Place], jobs: int) -> int:
        """How many processes are worth starting: one where rows of one array are read."""
        is_by_row = any(place.row is not None for place in places.values())
        return 1 if is_by_row or source.path.stat().st_size < _BYTES_WORTH_PROCESSES else jobs

    def _places(self, source: Source, is_clip: IsClip) -> tuple[dict[str, Place], tuple[str, ...]]:
        with self._open(source.path) as container:
            places = _kept_places(type(self), source.path, _stamp(source.path), is_clip)
            if not places.encoders:
                raise self._refusal(source.path, container)
        return self._of_encoder(source, places), places.left_out

    def _of_encoder(self, source: Source, places: Places) -> dict[str, Place]:
        """The places of a source's encoder: the only one, whatever its name, or the one with its key."""
        for key, of_key in places.encoders.items():
            if len(places.encoders) == 1 or f".{source.name}".endswith(f".{key}"):
                return of_key
        raise DataError(
            f"{source.path} must hold the encoder {source.name}, got {listed(list(places.encoders))}",
            fix="Name one of these.",
        )

    def _refusal(self, path: Path, container: Container) -> DataError:
        arrays = [f"{shown(name) or 'one array'} {entry.described}" for name, entry in container.entries.items()]
        return DataError(f"{path} must hold {_LAYOUTS}, got {listed(arrays) or 'nothing'}", fix=self.fix)

    def _name(self, path: Path, key: str) -> str:
        stem = self.stem(path).removesuffix(STATIC_FEATURES)
        return f"{stem}.{key}" if key else stem

    @contextmanager
    def _open(self, path: Path) -> Iterator[Container]:
        """The open file; whatever is wrong with it becomes an error that names the file."""
        with self.parsing(path, path):
            yield _kept_open(type(self), path, _stamp(path))


class NpzArchive(ArrayArchive):
    """A `.npz` archive of all clips, as the organisers' `NAME_static_features.npz`."""

    name = "npz_archive"
    container = Npz
    suffixes = (".npz",)
    requirement = "an .npz archive with X [N, D] and filenames [N], or an array for each clip"
    fix = (
        "Save it again with np.savez: X as numbers [N, D] and filenames as N strings (not objects), or an array for "
        "each clip."
    )


class TorchArchive(ArrayArchive):
    """A dictionary of tensors of all clips."""

    name = "torch_archive"
    container = TorchFile
    suffixes = (".pt", ".pth", ".bin")
    requirement = "a .pt file of a dictionary with a tensor for each clip and nothing that executes"
    fix = "Save {clip: tensor} with torch.save, each tensor [T, D] or [D]."


class SafetensorsArchive(ArrayArchive):
    """A `.safetensors` file with the tensors of all clips."""

    name = "safetensors_archive"
    container = SafetensorsFile
    suffixes = (".safetensors",)
    requirement = "a .safetensors file with a tensor for each clip"
    fix = "Save {clip: tensor} with safetensors, each tensor [T, D] or [D]."


class Hdf5Archive(ArrayArchive):
    """An HDF5 file of others with the datasets of all clips; MATLAB's files of version 7.3 are such, too."""

    name = "hdf5_archive"
    container = Hdf5
    suffixes = (".h5", ".hdf5", ".csd", ".mat")
    requirement = "an HDF5 file with a dataset for each clip"
    fix = (
        "Write a dataset [T, D] or [D] for each clip, by its name. If this was an index of blemore, "
        "`blemore index` writes it anew from the feature files."
    )

    def may_be_archive(self, path: Path) -> bool:
        """Whether the file is not an index, which another reader knows."""
        return not is_index(path)


def _stamp(path: Path) -> tuple[int, int]:
    """Time of modification and size of a file, which tell it from one that replaced it."""
    state = path.stat()
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=1)
def _kept_open(reader: type[ArrayArchive], path: Path, stamp: tuple[int, int]) -> Container:
    """The container that is read from, kept from clip to clip."""
    del stamp
    return reader.container(path, path)


@lru_cache(maxsize=16)
def _kept_places(reader: type[ArrayArchive], path: Path, stamp: tuple[int, int], is_clip: IsClip) -> Places:
    """Where the clips are in a file, kept because finding, checking and reading them ask for it in turn."""
    return places_in(_kept_open(reader, path, stamp), is_clip)


class _PlaceInFile(NamedTuple):
    """The place of a clip and its file, which are put into words where something is wrong with it."""

    path: Path
    place: Place

    def __str__(self) -> str:
        return f"{self.path}: {self.place}"


def _read_place(reader: type[ArrayArchive], path: Path, stamp: tuple[int, int], place: Place) -> ClipFeatures:
    """Reads the array of one clip, without padding."""
    frames, n_padding = _without_padding(_array_at(reader, path, stamp, place).features, place)
    single = without_single_axes(frames)
    features = checked_numbers(single, _PlaceInFile(path, place), dimensions=(1, 2), fix=reader.fix)
    notes = {PADDING: n_padding, SINGLE_AXES: int(single.ndim < frames.ndim)}
    return ClipFeatures(features, notes={what: amount for what, amount in notes.items() if amount})


def _array_at(reader: type[ArrayArchive], path: Path, stamp: tuple[int, int], place: Place) -> ClipFeatures:
    with reading(path, reader.requirement, reader.fix):
        container = _kept_open(reader, path, stamp)
        return ClipFeatures(container.array(place.name) if place.row is None else container.row(place.name, place.row))


def _without_padding(array: np.ndarray, place: Place) -> tuple[np.ndarray, int]:
    """The frames of a row (T, D) of an array (N, T, D), without those after the clip's end or zero to the end."""
    if place.row is None or array.ndim != 2 or len(array) == 1 or array.dtype.kind not in "fiub":
        return array, 0
    filled = np.flatnonzero((array != 0).any(axis=1) & ~np.isnan(array).all(axis=1))
    n_frames = place.n_frames if place.n_frames is not None else filled[-1] + 1 if len(filled) else 0
    return array[:n_frames], len(array) - min(int(n_frames), len(array))
