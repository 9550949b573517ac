from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.frames import NO_RULES
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.features.tables.frame_rows import frames_in_cells, frames_in_rows, source_of_frames

PATH = Path("t.parquet")
CELLS = [[[1.0, 2.0], [3.0, 6.0], [np.nan, 0.0]], [[0.0, 0.0]]]


def test_cells_with_lists_of_lists_are_frames() -> None:
    frames = frames_in_cells(pd.DataFrame({"v": CELLS, "text": ["x", "y"]}), ["v"], ["A", "B"], PATH)
    assert {clip: each.features.shape for clip, each in frames.items()} == {"A": (3, 2), "B": (1, 2)}
    assert frames["A"].left_out == ("text",)
    source = source_of_frames(frames, "mean", NO_RULES)
    assert source.features.tolist() == [[2.0, 4.0], [0.0, 0.0]]
    assert source.notes == ("1 frames with NaN left out, one a clip",)


def test_vectors_are_no_frames() -> None:
    for cells in ([[1, 2], [3, 4]], [[[1, 2]], [[3, 4]]]):
        assert frames_in_cells(pd.DataFrame({"v": cells}), ["v"], ["A", "B"], PATH) == {}


def test_other_cells_are_refused() -> None:
    frame = pd.DataFrame({"v": CELLS, "w": CELLS, "x": [*CELLS[:1], [1.0, 2.0]]})
    for lists in (["v", "w"], ["x"]):
        with pytest.raises(DataError, match="one column with frames"):
            frames_in_cells(frame, lists, ["A", "B"], PATH)
    with pytest.raises(DataError, match="got more for A"):
        frames_in_cells(frame, ["v"], ["A", "A"], PATH)


def test_rows_of_a_clip_are_its_frames() -> None:
    table = SourceFeatures(["A", "B", "A"], np.array([[1.0], [2.0], [3.0]]), ("a",), ("t",))
    frames = frames_in_rows(table)
    assert frames["A"].features.tolist() == [[1.0], [3.0]]
    assert (frames["B"].columns, frames["B"].left_out) == (("a",), ("t",))
