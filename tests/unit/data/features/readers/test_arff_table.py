from pathlib import Path

import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.frames import NO_RULES, frames_that_count
from blemore_cli.data.features.readers.arff_table import ArffTable
from blemore_cli.data.features.readers.csv_table import CsvTable
from blemore_cli.data.features.readers.frame_csv import FrameCsv

HEAD = (
    "@relation smile\n@attribute name string\n@attribute F0 numeric\n@attribute loud numeric\n"
    "@attribute class {0,1}\n@data\n"
)
ROWS = "'A',1.5,2,0\n'B.wav',0.5,3,1\n"


def test_a_table_of_smilextract_is_read_under_any_suffix() -> None:
    for reader, path in [(ArffTable(), "t.arff"), (CsvTable(), "t.csv"), (CsvTable(), "t.txt")]:
        table = reader.features_of((HEAD + ROWS).encode(), Path(path))
        assert (table.clips, table.features.tolist()) == (["A", "B"], [[1.5, 2.0], [0.5, 3.0]])
        assert (table.columns, table.left_out) == (("F0", "loud"), ("nominal: class",))


def test_rows_without_names_are_refused_in_words() -> None:
    with pytest.raises(DataError, match="got noname for all 2") as caught:
        ArffTable().features_of((HEAD + "'noname',1,2,0\n'noname',1,3,1\n").encode(), Path("t.arff"))
    assert "-instname" in caught.value.fix


def test_a_file_a_clip_is_read_as_frames() -> None:
    head = HEAD.replace("@attribute name string", "@attribute name string\n@attribute frameTime numeric")
    content = (head + "'noname',0,1.5,2,0\n'noname',0.01,0.5,3,1\n").encode()
    clip = frames_that_count(FrameCsv().features_of(content, Path("A.arff")), NO_RULES)
    assert (clip.features.tolist(), clip.columns) == ([[1.5, 2.0], [0.5, 3.0]], ("F0", "loud"))


def test_damaged_files_are_refused() -> None:
    for content in (b"@relation x\n", b"\xff\xfe", b"PK\x03\x04"):
        with pytest.raises(DataError, match=r"t\.arff must be an ARFF table"):
            ArffTable().features_of(content, Path("t.arff"))
