import io
import pickle
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from tests.fixtures.feature_files import Hostile, damaged, npy, npz, pt

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Floats
from blemore_cli.data.features.readers.npy import NpyFile

PATH = Path("features/A.npy")


def features_of(content: bytes) -> Floats:
    return NpyFile().features_of(content, PATH).features


@pytest.mark.parametrize("shape", [(3,), (4, 3), (1, 1)])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", "<f2", "<i4", "?"])
def test_values_and_precision_are_kept(shape: tuple[int, ...], dtype: str) -> None:
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    features = features_of(npy(array))
    assert np.array_equal(features, array)
    assert features.dtype == np.dtype(dtype).newbyteorder("=")


def test_layout_in_memory_does_not_matter() -> None:
    array = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    features = features_of(npy(np.asfortranarray(array)))
    assert features.flags.c_contiguous
    assert np.mean(features, 0).tobytes() == np.mean(array, 0).tobytes()


@pytest.mark.parametrize(
    "array",
    [
        np.array(1.0),
        np.zeros((3, 0)),
        np.zeros((2, 2, 2)),
        np.ones(2, dtype=complex),
        np.ones(2, dtype="M8[s]"),
        np.array(["a"]),
        np.zeros(2, dtype=[("a", "f4")]),
        np.ones(2, dtype=np.longdouble),
        np.array(["2020-01-01"], dtype="M8[D]"),
    ],
)
def test_what_is_no_feature_array_is_refused(array: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"features/A\.npy") as caught:
        features_of(npy(array))
    assert caught.value.fix


def test_hostile_content_is_refused_and_not_executed(tmp_path: Path) -> None:
    content = npy(np.array([Hostile(tmp_path / "run")], dtype=object))
    for hostile in (content, pickle.dumps(Hostile(tmp_path / "run"))):
        with pytest.raises(DataError, match="array of numbers"):
            features_of(hostile)
    assert not (tmp_path / "run").exists()


def test_damaged_and_foreign_files_end_in_data_errors() -> None:
    whole = npy(np.ones((4, 3)))
    for content in (*damaged(whole), pt(np.ones(3)), npz(X=np.ones((1, 3)))):
        with pytest.raises(DataError, match=r"features/A\.npy"):
            features_of(content)


def test_a_boundless_shape_is_refused() -> None:
    header = npy(np.ones(3, dtype=np.float32)).replace(b"(3,), }         ", b"(3000000000000,),}"[:16].ljust(16))
    with pytest.raises(DataError):
        features_of(header)


def test_objects_are_refused_with_the_lines_that_convert_them(tmp_path: Path) -> None:
    for objects, line in ((np.array([np.ones(2), None], dtype=object), "np.stack"), (np.array({"A": 1}), "np.savez")):
        with pytest.raises(DataError, match=r"array of numbers, got objects") as caught:
            features_of(npy(objects))
        assert line in caught.value.fix
    (tmp_path / "all.npy").write_bytes(npy(np.array({"A": 1})))
    (tmp_path / "stranger.npy").write_bytes(npy(np.ones(2)))
    assert [NpyFile().could_be_clip(tmp_path / name) for name in ("all.npy", "stranger.npy")] == [False, True]


def test_a_file_that_is_cut_is_said_to_be() -> None:
    with pytest.raises(DataError, match="a NumPy array that is cut short or damaged") as caught:
        features_of(npy(np.ones((4, 3)))[:-9])
    assert caught.value.fix == "Download or copy the file again."


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_are_those_that_numpy_reads(version: tuple[int, int], order: Literal["C", "F"]) -> None:
    array = np.asarray(np.random.default_rng(0).normal(size=(5, 3)), order=order)
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    for content in (stream.getvalue(), stream.getvalue() + b"more"):
        np.testing.assert_array_equal(features_of(content), np.load(io.BytesIO(content)))


@pytest.mark.parametrize("shape", ["(-1, 2)", "(2, -1)", "(9, 2)", "(1e9,)", "(True, 2)x", "(9223372036854775807, 4)"])
def test_a_shape_that_the_bytes_do_not_have_is_refused(shape: str) -> None:
    content = npy(np.ones((2, 2))).replace(b"(2, 2), }", f"{shape}, }}".encode())
    with pytest.raises(DataError, match="array of numbers"):
        features_of(content)
