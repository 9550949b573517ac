from pathlib import Path

import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.evidence.selection import NO_CHOICE, with_columns_chosen
from blemore_cli.data.features.readers.csv_table import CsvTable
from blemore_cli.data.features.records import SourceFeatures

PATH = Path("egemaps.csv")


def features_of(text: bytes) -> SourceFeatures:
    return with_columns_chosen(CsvTable().features_of(text, PATH), NO_CHOICE)


def test_rows_are_read_by_clip() -> None:
    table = features_of(b"Filename, fold, F0, loudness\nA.wav, 0, 1.5, 2\n")
    assert (table.clips, table.columns, table.left_out) == (["A"], ("F0", "loudness"), ("fold",))
    assert table.features.tolist() == [[1.5, 2.0]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,2\n", "a column of clips, as filename"),
        (b"filename,a\nA,1,2\nB,3,4\n", "egemaps.csv must be a table.*Length of header"),
        (b"filename,a\nA,1\nA.mov,2\n", "more for 'A'"),
        (b"filename,a\na,1\nb,oops\n", "'oops' of clip b in column a"),
        (b"\xff\xfe\x00", "egemaps.csv must be a table"),
        (b"", "egemaps.csv must be a table"),
    ],
)
def test_other_tables_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        features_of(content)


def test_metadata_are_not_recognised(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("filename,a\nA,1\n")
    (tmp_path / "metadata.csv").write_text("filename,video_id,mix\nA,A1,0\n")
    assert [CsvTable().recognises(tmp_path / name) for name in ("t.csv", "metadata.csv")] == [True, False]
