import zipfile
from pathlib import Path

import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.metadata.dialect import read_records, separator_of

REQUIRED = ("filename", "video_id", "emotion_1_salience")
ROWS = [(1, list(REQUIRED)), (2, ["clip_1", "A1", "70.0"])]


def records_of(folder: Path, content: bytes) -> list[tuple[int, list[str]]]:
    path = folder / "train.csv"
    path.write_bytes(content)
    return read_records(path, REQUIRED)


def text_of(separator: str) -> str:
    return "\n".join(separator.join(fields) for _, fields in ROWS) + "\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_encoding_and_separator(tmp_path: Path, separator: str, encoding: str) -> None:
    assert records_of(tmp_path, text_of(separator).encode(encoding)) == ROWS


def test_a_decimal_comma_is_no_separator(tmp_path: Path) -> None:
    text = text_of(";").replace("70.0", "70,0")
    assert records_of(tmp_path, text.encode())[1] == (2, ["clip_1", "A1", "70,0"])
    quoted = text_of(",").replace("70.0", '"70,0"')
    assert records_of(tmp_path, quoted.encode())[1] == (2, ["clip_1", "A1", "70,0"])


def test_blanks_after_separators_are_left_out_if_the_header_has_them(tmp_path: Path) -> None:
    assert records_of(tmp_path, text_of(", ").encode()) == ROWS
    assert records_of(tmp_path, text_of(",").replace(",A1", ", A1").encode())[1][1][1] == " A1"


def test_empty_rows_are_left_out_and_lines_are_counted(tmp_path: Path) -> None:
    text = f"sep=;\n{text_of(';')};;\n\n  ;;\nclip_2;A2;\n;;;;\n"
    lines = records_of(tmp_path, text.encode())
    assert lines == [(2, list(REQUIRED)), (3, ["clip_1", "A1", "70.0"]), (7, ["clip_2", "A2", ""])]


def test_comments_above_and_repeated_headers_are_left_out(tmp_path: Path) -> None:
    text = f"# exported\n#\n{text_of(',')}{','.join(REQUIRED)}\nclip_2,A2,\n"
    lines = records_of(tmp_path, text.encode())
    assert lines == [(3, list(REQUIRED)), (4, ["clip_1", "A1", "70.0"]), (6, ["clip_2", "A2", ""])]


@pytest.mark.parametrize(
    ("content", "problem", "fix"),
    [
        (b"<!DOCTYPE html><html>Sign in</html>", "an HTML page", "again"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS", "lfs pull"),
        (b"PAR1\0\0", "a Parquet table", "Save it as CSV"),
        (b'{"predictions": {}}', "JSON text", "Save it as CSV"),
        (b"filename\0video_id", "binary content", "CSV file"),
        ("filename,sit\na,fr\xfch\n".encode("cp1252"), "line 2: .* byte 0xfc", "UTF-8"),
    ],
)
def test_other_files_are_named(tmp_path: Path, content: bytes, problem: str, fix: str) -> None:
    with pytest.raises(DataError, match=f"train.csv.*{problem}") as caught:
        records_of(tmp_path, content)
    assert fix in caught.value.fix


def test_an_excel_workbook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "train_metadata.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(DataError, match="got an Excel workbook") as caught:
        read_records(path, REQUIRED)
    assert caught.value.fix.startswith("Save it as CSV")


def test_the_separator_is_that_of_the_required_columns() -> None:
    assert separator_of("filename,emotion_1;emotion_2", ["filename"]) == ","
    assert separator_of("filename", ["filename"]) == ","
    assert separator_of("name;age;sex", ["filename"]) == ";"
