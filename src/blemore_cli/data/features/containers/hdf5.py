"""HDF5 files of others as containers of arrays."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import h5py
import numpy as np

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.containers.base import Container, Entry, Name, described, shown
from blemore_cli.data.index.check import FORMAT
from blemore_cli.data.index.text_heap import check_text_heap

_FILTERS: Final = frozenset({1, 2, 3, 4, 5, 6, 32000})
"""Filters that come with HDF5 or h5py: deflate, shuffle, fletcher32, szip, nbit, scaleoffset, lzf."""

_MOST_COMPRESSION: Final = 1100
_MAX_DEPTH: Final = 8
_AGAIN: Final = "Write the numbers into this one file with h5py: file.create_dataset(CLIP, data=array)."


class Hdf5(Container):
    """An open HDF5 file, of which nothing outside it is read: no links to elsewhere, no plug-in, no reference."""

    def __init__(self, file: Path | bytes, path: Path) -> None:
        self._path = path
        check_text_heap(file)
        self._file = h5py.File(io.BytesIO(file) if isinstance(file, bytes) else file, "r", locking=False)
        self._datasets = dict(self._below(self._file, ()))

    @property
    def entries(self) -> Mapping[Name, Entry]:
        """Every dataset, also in groups."""
        return {name: _entry(dataset) for name, dataset in self._datasets.items()}

    def array(self, name: Name) -> np.ndarray:
        """Reads a dataset of numbers; MATLAB's are transposed, since it stores columns first."""
        dataset = self._datasets[name]
        _check_stored_here(dataset, self._path)
        array = np.asarray(dataset[()])
        return array.T if _is_matlab(dataset) else array

    def texts(self, name: Name) -> list[str]:
        """Reads a dataset of text."""
        dataset = self._datasets[name]
        _check_stored_here(dataset, self._path)
        if _is_matlab(dataset):
            return ["".join(map(chr, codes)).rstrip() for codes in dataset[()].T.tolist()]
        return [text.decode() if isinstance(text, bytes) else str(text) for text in dataset[()].tolist()]

    def row(self, name: Name, row: int) -> np.ndarray:
        """Reads one row of a dataset alone."""
        dataset = self._datasets[name]
        if _is_matlab(dataset):
            return super().row(name, row)
        _check_stored_here(dataset, self._path)
        return np.asarray(dataset[row])

    def _below(self, group: h5py.Group, name: Name) -> Iterator[tuple[Name, h5py.Dataset]]:
        for key in group.keys():  # noqa: SIM118 (the group would follow links)
            inner = (*name, key)
            if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                raise DataError(f"{self._path} must hold its arrays itself, got a link at {shown(inner)}", fix=_AGAIN)
            member = group[key]
            if isinstance(member, h5py.Dataset):
                yield inner, member
            elif isinstance(member, h5py.Group) and len(inner) < _MAX_DEPTH and key != "#refs#":
                yield from self._below(member, inner)


def is_index(path: Path) -> bool:
    """Whether a file says that it is an index of this program, whole or damaged."""
    try:
        check_text_heap(path)
        with h5py.File(path, "r", locking=False) as file:
            attribute = file.attrs.get("format") if file.attrs.get_id("format").shape == () else None
            return attribute in (FORMAT, FORMAT.encode())
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError):
        return False


def _is_matlab(dataset: h5py.Dataset) -> bool:
    return "MATLAB_class" in dataset.attrs


def _entry(dataset: h5py.Dataset) -> Entry:
    shape = tuple(dataset.shape or ())
    in_words = described(shape, dataset.dtype)
    if _is_matlab(dataset):
        class_name = np.asarray(dataset.attrs["MATLAB_class"]).astype(str).item()
        is_text = class_name == "char" and len(shape) == 2
        kind = "text" if is_text else "numbers" if class_name not in {"char", "cell", "logical", "struct"} else "other"
        shape = shape[::-1][:1] if is_text else shape[::-1]
        return Entry(kind, shape, described(shape, class_name))  # type: ignore[arg-type]
    if h5py.check_string_dtype(dataset.dtype) is not None or dataset.dtype.kind == "S":
        return Entry("text" if len(shape) == 1 else "other", shape, described(shape, "text"))
    return Entry("numbers" if dataset.dtype.kind in "fiub" else "other", shape, in_words)


def _check_stored_here(dataset: h5py.Dataset, path: Path) -> None:
    """Refuses numbers that are in another file, need a plug-in, or were never written."""
    where = f"{path}: {dataset.name}"
    if dataset.is_virtual or dataset.external:
        raise DataError(f"{where} must be in this file, got a dataset that is stored in another file", fix=_AGAIN)
    settings = dataset.id.get_create_plist()
    filters = {settings.get_filter(number)[0] for number in range(settings.get_nfilters())}
    if unknown := sorted(filters - _FILTERS):
        raise DataError(
            f"{where} must be readable without plug-ins, got the compression filter {unknown[0]}",
            fix="Write it again with compression='gzip', or without compression.",
        )
    stored, size = dataset.id.get_storage_size(), int(dataset.size or 0) * dataset.dtype.itemsize
    is_compact = settings.get_layout() == h5py.h5d.COMPACT
    if not is_compact and stored * (_MOST_COMPRESSION if dataset.chunks else 1) < size:
        raise DataError(
            f"{where} must hold all its values, got {stored} bytes stored for {size}",
            fix="Extract the features again: writing them was interrupted.",
        )
