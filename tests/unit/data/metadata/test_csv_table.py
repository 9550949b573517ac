from pathlib import Path

import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.metadata.csv_table import check_rows, read_table


def table_of(tmp_path: Path, content: bytes, *required: str) -> pd.DataFrame:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    return read_table(path, required or ("filename",))


def test_cells_stay_text_and_rows_know_their_lines(tmp_path: Path) -> None:
    table = table_of(tmp_path, b'\xef\xbb\xbffilename,fold\r\nNA,007\r\n\r\n"a,\n""b""",\r\nnan,1e3\r\n')
    assert table["filename"].tolist() == ["NA", 'a,\n"b"', "nan"]
    assert table["fold"].tolist() == ["007", "", "1e3"]
    assert table.index.tolist() == [2, 4, 6]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "an empty file"),
        (b"\n\n", "an empty file"),
        (b"filename,fold\n", "only a header"),
        (b"filename,fold\na,1\nb\xff,2\n", "line 3: .*byte 0xff"),
        (b"filename,fold\n\0,2\n", "binary content"),
        (b"filename,fold\na,1\nb\n", "line 3 \\(b\\): .* 2 fields .* got 1"),
        (b"filename,fold\na,1,2\n", "line 2 \\(a\\): .* got 3"),
        (b'filename,fold\na,1\n"b,2\n', "line 3: must be CSV"),
        (b'filename,fold\n"a"b,1\n', "line 2: must be CSV"),
        (b"filename,fold,fold\na,1,1\n", "'fold' more than once"),
        (b"filename,Fould\na,1\n", "none named fold \\(the nearest is 'Fould'\\)"),
        (b"name;fold\na;1\n", "none named filename"),
        (b"A1_ang_int1_ver1,A1\nA2_ang_int1_ver1,A2\n", "line 1: the first line must name the columns, got .*A1_ang"),
        (b"test_0001.mov\ntest_0002.mov\n", "line 1: the first line must name the columns, got .*test_0001.mov"),
        (b"clip_1,A1,0,ang,,,,0\nclip_2,A2,0,hap,,,,1\n", "line 1: the first line must name .*clip_1"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(DataError, match=f"(?s)table.csv.*{problem}"):
        table_of(tmp_path, content, "filename", "fold")


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_missing_files_and_folders_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"must be a.* CSV file") as caught:
        read_table(tmp_path / name)
    assert str(tmp_path / name) in caught.value.message
    assert caught.value.fix


def test_check_rows_names_the_first_offenders_and_counts_the_rest() -> None:
    table = pd.DataFrame({"filename": [f"clip_{row}" for row in range(8)]})
    ok = [True] + [False] * 7
    with pytest.raises(DataError) as caught:
        check_rows(table, Path("t.csv"), ok, "x must be y", actual=["z"] * 8, fix="Fix.")
    shown = ", ".join(f"z in line {row + 2} (clip_{row})" for row in range(1, 6))
    assert caught.value.message == f"t.csv: x must be y, got {shown} and 2 more"


def test_check_rows_writes_no_control_characters() -> None:
    table = pd.DataFrame({"filename": ["a\x1b[2J"]})
    with pytest.raises(DataError) as caught:
        check_rows(table, Path("t.csv"), [False], "x must be y", actual=["z"], fix="Fix.")
    assert caught.value.message.isprintable()


def test_spreadsheets_leave_separators_without_cells(tmp_path: Path) -> None:
    table = table_of(tmp_path, b"filename,fold,,\na,1,,\nb,2\n,,,\nc,3,,,,\n", "filename", "fold")
    assert table.columns.tolist() == ["filename", "fold"]
    assert table.to_numpy().tolist() == [["a", "1"], ["b", "2"], ["c", "3"]]
    assert table.index.tolist() == [2, 3, 5]
    table = table_of(tmp_path, b",filename,fold\n0,a,1\n1,b,2\n", "filename", "fold")  # as pandas writes an index
    assert table["filename"].tolist() == ["a", "b"]


def test_required_columns_may_be_written_with_blanks_and_capitals(tmp_path: Path) -> None:
    table = table_of(tmp_path, b"Filename, Fold,Other \na, 1,x\n", "filename", "fold")
    assert table.columns.tolist() == ["filename", "fold", "Other"]
    assert table.iloc[0].tolist() == ["a", "1", "x"]


def test_a_missing_fold_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="none named fold") as caught:
        table_of(tmp_path, b"filename,mix\na,1\n", "filename", "fold")
    assert "leave the training metadata out" in caught.value.fix
