import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.fixtures.feature_files import Hostile, damaged, npy, npz

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.static_npz import StaticNpz
from blemore_cli.data.features.records import SourceFeatures

PATH = Path("features/hubert.npz")


def features_of(content: bytes) -> SourceFeatures:
    return StaticNpz().features_of(content, PATH)


def test_file_names_lose_directory_and_media_suffix() -> None:
    table = features_of(npz(X=np.ones((2, 3)), filenames=np.array(["A.mov", b"videos/B.wav"])))
    assert table.clips == ["A", "B"]
    assert table.features.shape == (2, 3)


@pytest.mark.parametrize("shape", [(2, 1, 3), (1, 2, 3), (2, 3, 1)])
def test_axes_of_length_one_are_dropped_and_noted(shape: tuple[int, ...]) -> None:
    table = features_of(npz(X=np.arange(6.0).reshape(shape), filenames=np.array(["A", "B"])))
    assert table.features.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert table.notes == (f"axes of length one dropped: {list(shape)} is read as [2, 3]",)
    single = features_of(npz(X=np.ones((2, 1, 1)), filenames=np.array(["A", "B"])))
    assert single.features.shape == (2, 1)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"X": np.ones((1, 3))}, "must hold X and filenames, got X.npy"),
        ({"X": np.ones(3), "filenames": np.array(["A", "B", "C"])}, "shape"),
        ({"X": np.ones((1, 3)), "filenames": np.array([1])}, "strings"),
        ({"X": np.ones((1, 3)), "filenames": np.array("A")}, "strings"),
        ({"X": np.ones((2, 3)), "filenames": np.array(["A"])}, "got 2 rows and 1"),
        ({"X": np.ones((2, 3)), "filenames": np.array(["A", "A.mov"])}, "more for 'A'"),
    ],
)
def test_archives_without_the_right_arrays_are_refused(members: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        features_of(npz(**members))
    assert "hubert.npz" in caught.value.message


def test_pickled_file_names_are_refused_and_not_executed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="npz archive"):
        features_of(npz(X=np.ones((1, 3)), filenames=np.array([Hostile(tmp_path / "run")], dtype=object)))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("member", ["../X.npy", "/etc/X.npy", "a/X.npy", "..\\X.npy", "C:X.npy", "X.npy"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_unsafe_members_are_refused(member: str) -> None:
    file = io.BytesIO(npz(X=np.ones((1, 3)), filenames=np.array(["A"])))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(member, npy(np.ones((1, 3))))
    with pytest.raises(DataError, match="members"):
        features_of(file.getvalue())


def test_damaged_and_foreign_files_end_in_data_errors() -> None:
    for content in (*damaged(npz(X=np.ones((1, 3)), filenames=np.array(["A"]))), npy(np.ones(3))):
        with pytest.raises(DataError, match=r"hubert\.npz"):
            features_of(content)


def test_archives_are_recognised_by_name_or_members(tmp_path: Path) -> None:
    np.savez(tmp_path / "right.npz", X=np.ones((1, 2)), filenames=np.array(["A"]))
    np.savez(tmp_path / "weights.npz", w=np.ones(3))
    (tmp_path / "x_static_features.npz").write_bytes(b"damaged")
    (tmp_path / "damaged.npz").write_bytes(b"damaged")
    names = ("right", "weights", "x_static_features", "damaged")
    assert [StaticNpz().recognises(tmp_path / f"{name}.npz") for name in names] == [True, False, True, False]
