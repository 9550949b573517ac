from pathlib import Path

import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.tables.clip_cells import are_without_names, check_not_turned, clip_of, column_of_clips

IS_CLIP = frozenset({"A", "B", "0001", "1E5", "NA"}).__contains__


@pytest.mark.parametrize("cell", ["A", " A ", "'A'", '"A.mov"', "x/y/A.mov.npy", "C:\\x\\A.wav", "A.MP4.csv"])
def test_cells_name_clips(cell: str) -> None:
    assert clip_of(cell) == "A"


@pytest.mark.parametrize(
    ("columns", "column"),
    [
        ({"take": ["A.mov", "B.mov"], "F0": ["x", "y"]}, "take"),
        ({"id": ["0", "1"], "Video": ["A", "B"]}, "Video"),
        ({"filename": ["a/A.wav", "b/B.wav"], "take": ["A", "B"]}, "filename"),
        ({"name": ["x", "y"], "speaker": ["A", "B"]}, "speaker"),
        ({"Unnamed: 0": ["0001", "1E5"]}, "Unnamed: 0"),
        ({"Unnamed: 0": ["x", "y"]}, "Unnamed: 0"),
        ({"Unnamed: 0": ["0", "1"]}, None),
        ({"Unnamed: 0": ["0", "1"], "file_name": ["x", "y"]}, "file_name"),
        ({"F0": ["x", "y"]}, None),
        ({}, None),
    ],
)
def test_the_column_of_clips_is_told_by_its_cells_and_by_its_name(
    columns: dict[str, list[str]], column: str | None
) -> None:
    assert column_of_clips(pd.DataFrame(columns), IS_CLIP) == column


def test_a_table_with_clips_as_columns_is_refused() -> None:
    check_not_turned(["filename", "A"], Path("t.csv"), IS_CLIP)
    with pytest.raises(DataError, match="a column for each: A, B") as caught:
        check_not_turned(["feature", "A", "B.wav"], Path("t.csv"), IS_CLIP)
    assert ".T.to_csv" in caught.value.fix


def test_rows_without_names() -> None:
    assert [are_without_names(clips) for clips in (["unknown"], ["A", "unknown"], [])] == [True, False, False]
