from pathlib import Path

import pandas as pd
import pytest

from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.core.errors import DataError
from blemore_cli.data.features.columns import (
    clip_column,
    feature_columns,
    features_of_frame,
    is_feature_table,
)
from blemore_cli.data.features.evidence.selection import NO_CHOICE, with_columns_chosen

PATH = Path("egemaps.csv")


@pytest.mark.parametrize("column", ["filename", "file", "clip", "clip_name", "name", "Filename"])
def test_labels_and_bookkeeping_are_never_features(column: str) -> None:
    columns = [column, "fold", "Emotion_1", "mix", "version", "F0", "timestamp", "Unnamed: 0"]
    assert clip_column(columns) == column
    assert feature_columns(columns) == ["F0"]


def test_metadata_are_no_features() -> None:
    assert not is_feature_table(["filename", "video_id", "mix", "emotion_1", "fold"])
    assert not is_feature_table(["AU01_r", "AU02_r"])


@pytest.mark.parametrize("cells", [["1.234,5", "2,5"], ["12 %", "3%"], ["1,234", "1,000,000"]])
def test_numbers_in_another_notation_are_refused(cells: list[str]) -> None:
    frame = pd.DataFrame({"filename": ["a", "b"], "f0": cells, "f1": [1.0, 2.0]})
    assert features_of_frame(frame, PATH).unreadable == {"f0": f"{cells[0]!r} of clip a"}
    assert not features_of_frame(frame.assign(f0=["12.05.2024", "x"]), PATH).unreadable


def test_labels_and_text_never_become_features() -> None:
    row = {"filename": "A.wav", "fold": 0, " emotion_1": 1, "speaker": "x", "F0": 1.5, "loudness": 2}
    table = features_of_frame(pd.DataFrame([row]), PATH)
    assert table.clips == ["A.wav"]
    assert (table.columns, table.left_out) == (("fold", "emotion_1", "F0", "loudness"), ("speaker",))
    assert table.features.tolist() == [[0.0, 1.0, 1.5, 2.0]]
    assert with_columns_chosen(table, NO_CHOICE).columns == ("F0", "loudness")


def test_true_and_false_are_numbers() -> None:
    frame = pd.DataFrame({"filename": ["a", "b"], "voiced": [True, False]})
    assert features_of_frame(frame, PATH).features.tolist() == [[1.0], [0.0]]


def test_text_among_numbers_is_an_error_that_names_the_cell() -> None:
    frame = pd.DataFrame({"filename": ["a", "b"], "f0": [1, 2], "f1": ["2", "oops"], "speaker": ["1", "x"]})
    table = features_of_frame(frame, PATH)
    assert table.unreadable == {"f1": "'oops' of clip b", "speaker": "'x' of clip b"}
    with pytest.raises(DataError, match="'oops' of clip b in column f1"):
        with_columns_chosen(table, NO_CHOICE)
    chosen = with_columns_chosen(table, ColumnChoice(leave_out=["f1"]))
    assert (chosen.columns, chosen.left_out) == (("f0",), ("f1", "speaker"))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"a": [1]}), "a column of clips, as filename"),
        (pd.DataFrame({"filename": [], "a": []}), "0 rows"),
        (pd.DataFrame({"filename": ["A"], "a": ["x"]}), "0 such columns"),
    ],
)
def test_tables_without_clips_or_features_are_refused(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        features_of_frame(frame, PATH)
