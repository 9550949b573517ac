from pathlib import Path

import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.tables.csv_text import csv_columns, head_of, holds_numbers, read_csv, table_of_clips

IS_CLIP = frozenset({"A", "B"}).__contains__


def test_texts_that_are_no_numbers() -> None:
    assert read_csv(b"a\n?\n-nan(ind)\n1.#IND\nNA\n1\n")["a"].isna().tolist() == [True, True, True, True, False]


def test_columns_are_read_without_the_rows(tmp_path: Path) -> None:
    pd.DataFrame({" filename": ["A"], "a": [1.0]}).to_csv(tmp_path / "t.csv", index=False)
    pd.DataFrame({"filename": ["A"], "a": [1.5]}).to_csv(tmp_path / "t.csv.gz", index=False, sep=";", decimal=",")
    (tmp_path / "broken.csv").write_bytes(b"\xff\xfe\x00")
    names = ("t.csv", "t.csv.gz", "broken.csv", "missing.csv")
    assert [csv_columns(tmp_path / name) for name in names] == [["filename", "a"], ["filename", "a"], [], []]
    assert head_of(tmp_path / "t.csv.gz") == b"filename,a\nA,1.5\n"


@pytest.mark.parametrize("name", ["0001", "1E5", "NA", "null", "nan", "1_2", "True", "007.0", "N/A", "-inf", "inf"])
def test_clip_names_are_text(name: str) -> None:
    for header in ("filename", ""):
        frame, column = table_of_clips(f"{header},F0\n{name},1\n".encode(), Path("t.csv"), {name}.__contains__)
        assert frame[column].tolist() == [name]


def test_a_table_without_a_header_loses_no_clip() -> None:
    frame, column = table_of_clips(b"A,1,2\nB,3,4\n", Path("t.csv"), IS_CLIP)
    assert (frame[column].tolist(), frame.columns.tolist()) == (["A", "B"], ["0", "1", "2"])


def test_a_turned_table_is_refused() -> None:
    with pytest.raises(DataError, match="a column for each: A, B"):
        table_of_clips(b"feature,A,B\nF0,1,2\n", Path("t.csv"), IS_CLIP)


def test_quotes_around_column_names_are_dropped() -> None:
    assert table_of_clips(b"'name','F0'\nA,1\n", Path("t.csv"), IS_CLIP)[0].columns.tolist() == ["name", "F0"]


def test_text_is_told_from_numbers(tmp_path: Path) -> None:
    for name, text, is_table in [
        ("frames", "F0 F1\n0.5 1.5\n", True),
        ("speech", "So, I said to him\nthat it is so\n", False),
        ("empty", "", False),
    ]:
        (tmp_path / name).write_text(text)
        assert holds_numbers(tmp_path / name) is is_table


def test_a_line_of_separators_is_no_table() -> None:
    with pytest.raises(ValueError, match="repeats names of columns"):
        read_csv(b"," * 1_000_000)
