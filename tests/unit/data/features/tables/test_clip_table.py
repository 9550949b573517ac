from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import PROBABILITY_COLUMNS
from blemore_cli.data.features.tables.clip_table import features_of_table, typed_table

PATH = Path("t.parquet")
IS_CLIP = frozenset({"A", "B"}).__contains__


def test_the_column_of_clips_is_found_among_typed_columns() -> None:
    frame = pd.DataFrame({"F0": [1.5], "v": [[1.0]], "take": pd.Categorical(["A"])})
    assert typed_table(frame, PATH, IS_CLIP)[1] == "take"
    assert typed_table(frame[["F0"]], PATH, IS_CLIP)[1] is None


def test_lists_become_columns() -> None:
    frame = pd.DataFrame({"clip": ["A.mov", "B"], "v": [[1, 2], [3, 4]], "label": [[1, 0], [0, 1]]})
    table = features_of_table(frame, "clip", PATH, "mean")
    assert (table.clips, table.features.tolist()) == (["A", "B"], [[1.0, 2.0], [3.0, 4.0]])
    assert table.columns == ("v_0", "v_1")


def test_lists_of_lists_are_frames() -> None:
    frame = pd.DataFrame({"clip": ["A", "B"], "v": [[[1, 2], [3, 6]], [[0, 0]]], "x": [1, 2]})
    frame.insert(1, "label", "a")
    table = features_of_table(frame, "clip", PATH, "mean")
    assert (table.features.tolist(), table.aggregate) == ([[2.0, 4.0], [0.0, 0.0]], "mean")
    assert table.left_out == ("label", "x")
    single = features_of_table(frame.assign(v=pd.Series([[[1, 2]], [[3, 4]]])), "clip", PATH, "mean")
    assert single.aggregate == "static"


def test_predictions_of_fold_models_are_averaged() -> None:
    rows = np.array([[0.2, 0.8], [1, 0], [0.4, 0.6], [1, 0]])
    frame = pd.DataFrame(rows, columns=PROBABILITY_COLUMNS[:2]).assign(
        filename=["A", "B", "A", "B"], fold=[0, 0, 1, 1], mix=0
    )
    table = features_of_table(frame, "filename", PATH, "mean")
    assert (table.clips, table.features.round(9).tolist()) == (["A", "B"], [[0.3, 0.7], [1.0, 0.0]])
    assert table.notes[0] == "4 rows of 2 clips, by fold: the mean of a clip's is taken"
    assert "predictions" in table.notes[1]
    assert table.left_out == ("fold", "mix")


def test_rows_in_time_are_frames() -> None:
    frame = pd.DataFrame({"file": ["A", "A"], "start": [0, 1], "end": [1, 2], "F0": [1.0, 3.0]})
    table = features_of_table(frame, "file", PATH, "meanstd")
    assert (table.features.tolist(), table.aggregate) == ([[2.0, 1.0]], "meanstd")
    assert table.notes == ("2 rows of 1 clips, by start and end: taken as frames",)


def test_frames_in_rows_keep_the_rules_of_frames() -> None:
    frame = pd.DataFrame({"clip": ["A", "A", "A", "B"], "frame": [1, 2, 3, 1], "success": [1, 0, 1, 0]})
    table = features_of_table(frame.assign(AU01_r=[1.0, 9.0, 3.0, 9.0]), "clip", PATH, "mean")
    assert (table.clips, table.features.tolist(), table.columns) == (["A"], [[2.0]], ("AU01_r",))
    assert table.no_frame_left == ("B",)
    assert table.notes[0] == "2 frames with success 0 left out, one a clip"


def test_clips_without_any_number_are_missing() -> None:
    frame = pd.DataFrame({"clip": ["A", "B", None], "F0": [np.nan, 1, np.nan], "F1": [np.nan, np.nan, np.nan]})
    table = features_of_table(frame, "clip", PATH, "mean")
    assert (table.clips, table.no_frame_left, len(table.features)) == (["B"], ("A",), 1)


def test_rows_without_names_are_refused() -> None:
    with pytest.raises(DataError, match="got noname for all 2") as caught:
        features_of_table(pd.DataFrame({"name": ["'noname'", "noname"], "F0": [1, 2]}), "name", PATH, "mean")
    assert "-instname" in caught.value.fix
