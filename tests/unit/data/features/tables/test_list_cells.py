from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.tables.list_cells import cell_arrays, is_list, list_columns, numbered_columns, numbers_of

PATH = Path("t.parquet")


@pytest.mark.parametrize(
    "cell",
    [
        *([0.5, 1.5], (0.5, 1.5), np.array([0.5, 1.5]), np.array([0.5, 1.5], dtype=object)),
        *("[0.5, 1.5]", " [0.5 1.5]", "[0.5\n 1.5]", "(0.5, 1.5)", "array([0.5, 1.5])", "tensor([0.5, 1.5])"),
        *("[np.float32(0.5), np.float64(1.5)]", "tensor([0.5, 1.5], grad_fn=<AddBackward0>)"),
        *(
            "[np.float64(0.5), np.float32(1.5)]",
            "np.array([0.5, 1.5])",
            "array([0.5, 1.5], dtype=float32)",
            "tensor([0.5, 1.5], device='cuda:0')",
        ),
    ],
)
def test_lists_in_every_notation(cell: object) -> None:
    assert is_list(cell)
    assert numbers_of(cell).tolist() == [0.5, 1.5]


@pytest.mark.parametrize("cell", [[[1, 2]], np.array([np.array([1.0, 2.0])], dtype=object), "[[1. 2.]]", "[[1, 2]]"])
def test_lists_of_lists_are_frames(cell: object) -> None:
    assert numbers_of(cell).tolist() == [[1.0, 2.0]]


def test_long_arrays_of_numpy_have_line_breaks() -> None:
    array = np.linspace(0, 1, 100)
    assert np.allclose(numbers_of(str(array)), array, atol=1e-8)


def test_precision_is_kept() -> None:
    assert numbers_of(np.array([0.1], dtype=np.float32)).dtype == np.float32
    assert np.isnan(numbers_of("[nan, 1]")[0])
    assert np.isnan(numbers_of("[None, 1]")[0])


@pytest.mark.parametrize("cell", ["[0.1 0.2 ... 0.9]", "[a, b]", [["a"]], [1, [2, 3]], [[1], [2, 3]], "[[1 2]\n [3]]"])
def test_other_lists_are_refused(cell: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        numbers_of(cell)


def test_a_column_of_lists_becomes_numbered_columns() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "v": ["[1, 2]", None], "s": ["x", "y"]})
    assert list_columns(frame) == ["v"]
    wide = numbered_columns(frame, ["v"], ["A", "B"], PATH)
    assert list(wide.columns) == ["a", "v_0", "v_1", "s"]
    assert wide["v_1"].tolist() == [2.0, pytest.approx(np.nan, nan_ok=True)]
    empty = numbered_columns(frame.assign(v=["[]", "[1, 2]"]), ["v"], ["A", "B"], PATH)
    assert empty["v_1"].tolist() == [pytest.approx(np.nan, nan_ok=True), 2.0]
    assert numbered_columns(frame.assign(v="[]"), ["v"], ["A", "B"], PATH)["v_0"].isna().all()


def test_what_is_wrong_is_named_with_the_clip() -> None:
    with pytest.raises(DataError, match="one length, got 2 for A and 1 for B"):
        numbered_columns(pd.DataFrame({"v": [[1, 2], [1]]}), ["v"], ["A", "B"], PATH)
    with pytest.raises(DataError, match=r"column v, B: a list must hold numbers: NumPy has shortened"):
        cell_arrays(pd.DataFrame({"v": ["[1 2]", "[1 ... 2]"]}), "v", ["A", "B"], PATH)
