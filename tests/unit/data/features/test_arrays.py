import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.arrays import array_of_npy, array_of_pt, arrays_of_static_npz, content_of

PATH = Path("features/A.npy")


class Hostile:
    """Creates a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.target,)


def saved(save: Callable[[io.BytesIO], Any]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    return saved(lambda file: np.save(file, array))


def pt(content: object) -> bytes:
    return saved(lambda file: torch.save(content, file))


def npz(**members: Any) -> bytes:
    return saved(lambda file: np.savez(file, **members))


@pytest.mark.parametrize("shape", [(3,), (4, 3), (1, 1)])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", "<f2", "<i4"])
def test_npy_keeps_values_and_precision(shape: tuple[int, ...], dtype: str) -> None:
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    read = array_of_npy(npy(array), PATH)
    assert np.array_equal(read, array)
    assert read.dtype == np.dtype(dtype).newbyteorder("=")


def test_layout_in_memory_does_not_matter() -> None:
    array = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    read = array_of_npy(npy(np.asfortranarray(array)), PATH)
    assert read.flags.c_contiguous
    assert np.mean(read, 0).tobytes() == np.mean(array, 0).tobytes()


@pytest.mark.parametrize(
    "array",
    [
        np.array(1.0),
        np.zeros((0, 3)),
        np.zeros((2, 2, 2)),
        np.ones(2, dtype=complex),
        np.ones(2, dtype=bool),
        np.array(["a"]),
        np.zeros(2, dtype=[("a", "f4")]),
        np.ones(2, dtype=np.longdouble),
        np.array(["2020-01-01"], dtype="M8[D]"),
    ],
)
def test_npy_that_is_no_feature_array_is_refused(array: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"features/A\.npy") as caught:
        array_of_npy(npy(array), PATH)
    assert caught.value.fix


def test_hostile_npy_is_refused_and_not_executed(tmp_path: Path) -> None:
    content = npy(np.array([Hostile(tmp_path / "run")], dtype=object))
    for hostile in (content, pickle.dumps(Hostile(tmp_path / "run"))):
        with pytest.raises(DataError, match="array of numbers"):
            array_of_npy(hostile, PATH)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("read", [array_of_npy, array_of_pt, arrays_of_static_npz])
@pytest.mark.parametrize("make", ["npy", "pt", "npz"])
def test_truncated_and_garbled_files_end_in_data_errors(read: Callable[..., Any], make: str) -> None:
    whole = {
        "npy": npy(np.ones((4, 3))),
        "pt": pt(torch.ones(4, 3)),
        "npz": npz(X=np.ones((1, 3)), filenames=np.array(["A"])),
    }[make]
    for content in (whole[:-9], whole[:40], whole[:7], b"\x00" + whole[1:], b"text\n", b"\x80\x04N."):
        with pytest.raises(DataError, match=r"features/A\.npy"):
            read(content, PATH)


def test_npy_with_a_boundless_shape_is_refused() -> None:
    header = npy(np.ones(3, dtype=np.float32)).replace(b"(3,), }         ", b"(3000000000000,),}"[:16].ljust(16))
    with pytest.raises(DataError):
        array_of_npy(header, PATH)


def test_pt_takes_one_tensor() -> None:
    values = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    assert np.array_equal(array_of_pt(pt(values), PATH), values.numpy())
    assert np.array_equal(array_of_pt(pt(values.T.contiguous().T), PATH), values.numpy())
    assert np.array_equal(array_of_pt(pt(torch.nn.Parameter(values)), PATH), values.numpy())
    assert array_of_pt(pt(values.bfloat16()), PATH).dtype == np.float32
    assert array_of_pt(pt(values.half()), PATH).dtype == np.float16


@pytest.mark.parametrize(
    "content",
    [
        {"x": torch.ones(3)},
        [torch.ones(3)],
        3.0,
        torch.ones(2, 2, 2),
        torch.ones(0),
        torch.ones(2, dtype=torch.complex64),
        torch.ones(2, dtype=torch.bool),
        torch.ones(2, 2).to_sparse(),
        torch.ones(1, 1).expand(1000, 1000),
        torch.ones(2, 2, device="meta"),
        np.ones(3),
    ],
)
def test_pt_that_is_no_dense_tensor_is_refused(content: object) -> None:
    with pytest.raises(DataError, match=r"features/A\.npy"):
        array_of_pt(pt(content), PATH)


def test_hostile_pt_is_refused_and_not_executed(tmp_path: Path) -> None:
    for content in (pt(Hostile(tmp_path / "run")), pickle.dumps(Hostile(tmp_path / "run"))):
        with pytest.raises(DataError, match="nothing that executes"):
            array_of_pt(content, PATH)
    assert not (tmp_path / "run").exists()


def test_npz_gives_features_and_filenames() -> None:
    features, filenames = arrays_of_static_npz(npz(X=np.ones((2, 3)), filenames=np.array(["A", b"B"])), PATH)
    assert features.shape == (2, 3)
    assert filenames == ["A", "B"]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"X": np.ones((1, 3))}, "must hold X and filenames, got X.npy"),
        ({"X": np.ones(3), "filenames": np.array(["A"])}, "shape"),
        ({"X": np.ones((1, 3)), "filenames": np.array([1])}, "strings"),
        ({"X": np.ones((1, 3)), "filenames": np.array("A")}, "strings"),
    ],
)
def test_npz_without_the_right_arrays_is_refused(members: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        arrays_of_static_npz(npz(**members), PATH)


def test_npz_with_pickled_filenames_is_refused_and_not_executed(tmp_path: Path) -> None:
    content = npz(X=np.ones((1, 3)), filenames=np.array([Hostile(tmp_path / "run")], dtype=object))
    with pytest.raises(DataError, match="npz archive"):
        arrays_of_static_npz(content, PATH)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("member", ["../X.npy", "/etc/X.npy", "a/X.npy", "..\\X.npy", "C:X.npy", "X.npy"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_npz_with_unsafe_members_is_refused(member: str) -> None:
    file = io.BytesIO(npz(X=np.ones((1, 3)), filenames=np.array(["A"])))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(member, npy(np.ones((1, 3))))
    with pytest.raises(DataError, match="members"):
        arrays_of_static_npz(file.getvalue(), PATH)


def test_missing_and_empty_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.npy").touch()
    for name, message in (("none.npy", "does not exist"), ("empty.npy", "empty file"), ("", "directory")):
        with pytest.raises(DataError, match=message):
            content_of(tmp_path / name)
