from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.containers.hdf5 import Hdf5, is_index

NAME = ("A",)


def written(path: Path, write: Callable[[Any], None]) -> Hdf5:
    with h5py.File(path, "w") as file:
        write(file)
    return Hdf5(path, path)


def text_and_numbers(file: Any) -> None:
    file["g/A"] = np.ones((2, 3), np.float32)
    file["names"] = ["a", "b"]
    file["bytes"] = np.array([b"a", b"b"])
    file["complex"] = np.array([1j])


def test_datasets_are_entries_by_their_groups(tmp_path: Path) -> None:
    container = written(tmp_path / "x.h5", text_and_numbers)
    entries = {name: (entry.kind, entry.shape) for name, entry in container.entries.items()}
    expected = {("g", "A"): ("numbers", (2, 3)), ("names",): ("text", (2,)), ("bytes",): ("text", (2,))}
    assert entries == {**expected, ("complex",): ("other", (1,))}
    assert container.array(("g", "A")).shape == (2, 3)
    assert container.row(("g", "A"), 1).tolist() == [1.0] * 3
    assert container.texts(("names",)) == container.texts(("bytes",)) == ["a", "b"]
    assert Hdf5((tmp_path / "x.h5").read_bytes(), Path("x")).array(("g", "A")).shape == (2, 3)


def test_arrays_of_matlab_are_transposed_back(tmp_path: Path) -> None:
    def write(file: Any) -> None:
        file["A"] = np.arange(6.0).reshape(2, 3).T
        file["A"].attrs["MATLAB_class"] = np.bytes_("double")
        file["names"] = np.array([[ord(letter) for letter in name] for name in ("ab", "c ")], np.uint16).T
        file["names"].attrs["MATLAB_class"] = np.bytes_("char")

    container = written(tmp_path / "x.mat", write)
    assert container.entries[NAME].shape == (2, 3)
    assert container.array(NAME).tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert container.row(NAME, 1).tolist() == [3.0, 4.0, 5.0]
    assert container.texts(("names",)) == ["ab", "c"]


def external(file: Any) -> None:
    file["A"] = h5py.ExternalLink("other.h5", "A")


def soft(file: Any) -> None:
    file["B"] = [1.0]
    file["A"] = h5py.SoftLink("/B")


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((2,), dtype="f4")
    layout[:] = h5py.VirtualSource("other.h5", "A", shape=(2,))
    file.create_virtual_dataset("A", layout)


def external_storage(file: Any) -> None:
    file.create_dataset("A", (2,), "f4", external=[("/etc/passwd", 0, 8)])


def never_written(file: Any) -> None:
    file.create_dataset("A", (2000, 2000), "f4")


def never_written_in_chunks(file: Any) -> None:
    file.create_dataset("A", (10**9, 10**4), "f4", chunks=(10, 10))


def plug_in(file: Any) -> None:
    settings = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    settings.set_chunk((2,))
    settings.set_filter(32015, h5py.h5z.FLAG_OPTIONAL)
    space = h5py.h5s.create_simple((2,))
    h5py.h5d.create(file.id, b"A", h5py.h5t.IEEE_F32LE, space, settings)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (external, "got a link at A"),
        (soft, "got a link at A"),
        (virtual, "stored in another file"),
        (external_storage, "stored in another file"),
        (never_written, "got 0 bytes stored"),
        (never_written_in_chunks, "got 0 bytes stored"),
        (plug_in, "the compression filter 32015"),
    ],
)
def test_what_is_not_in_the_file_is_refused(write: Callable[[Any], None], message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        written(tmp_path / "x.h5", write).array(NAME)


def test_compressed_zeros_and_references_are_no_trouble(tmp_path: Path) -> None:
    def write(file: Any) -> None:
        file.create_dataset("A", data=np.zeros((3000, 100)), compression="gzip", compression_opts=9)
        file.create_dataset("references", data=[file["A"].ref], dtype=h5py.ref_dtype)
        file["loop"] = file["/"]

    container = written(tmp_path / "x.h5", write)
    assert container.array(NAME).shape == (3000, 100)
    assert container.entries["references",].kind == "other"


def test_an_index_says_so(tmp_path: Path) -> None:
    for name, value in (("index.h5", "blemore-index"), ("other.h5", "something")):
        with h5py.File(tmp_path / name, "w") as file:
            file.attrs["format"] = value
    with h5py.File(tmp_path / "plain.h5", "w"):
        pass
    (tmp_path / "damaged.h5").write_bytes(b"damaged")
    names = ("index.h5", "other.h5", "plain.h5", "damaged.h5")
    assert [is_index(tmp_path / name) for name in names] == [True, False, False, False]
