from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa

from blemore_cli.data.features.tables.arrow_frame import frame_of_arrow


def test_an_index_becomes_columns() -> None:
    named = pd.DataFrame({"a": [1.0]}, index=pd.Index(["A"], name="file"))
    unnamed = pd.DataFrame({"a": [1.0]}, index=["A"])
    counted = pd.DataFrame({"a": [1.0]})
    frames = [frame_of_arrow(pa.Table.from_pandas(frame)) for frame in (named, unnamed, counted)]
    assert [list(frame.columns) for frame in frames] == [["file", "a"], ["", "a"], ["a"]]


def test_levels_of_column_names_are_joined() -> None:
    frame = pd.DataFrame([[1.0, 2.0]], columns=pd.MultiIndex.from_product([["mean"], ["a", "b"]]), index=["A"])
    assert list(frame_of_arrow(pa.Table.from_pandas(frame)).columns) == ["", "mean.a", "mean.b"]


def test_types_that_pandas_has_not() -> None:
    tensors = pa.FixedShapeTensorArray.from_numpy_ndarray(np.array([[1.0, 2.0], [3.0, 4.0]], dtype=np.float32))
    structs = [{"a": 1.0, "b": {"c": 2.0}}] * 2
    table = pa.table({"d": pa.array([Decimal("1.5"), Decimal("2.25")]), "t": tensors, "s": structs, "b": [b"A", b"B"]})
    frame = frame_of_arrow(table)
    assert list(frame.columns) == ["d", "t", "s.a", "s.b.c", "b"]
    assert frame["b"].tolist() == ["A", "B"]
    assert frame["d"].tolist() == [1.5, 2.25]
    assert [cell.tolist() for cell in frame["t"]] == [[1.0, 2.0], [3.0, 4.0]]
