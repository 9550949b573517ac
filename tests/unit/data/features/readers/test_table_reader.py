from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.base import Candidate, Source
from blemore_cli.data.features.readers.table_reader import TableReader
from blemore_cli.data.features.records import SourceFeatures


class Lines(TableReader):
    """A clip and a number in each line."""

    name = "lines"
    suffixes = (".txt",)
    requirement = "lines of a clip and a number"
    fix = "Write a clip and a number."

    def recognises(self, path: Path) -> bool:
        return b" " in path.read_bytes()

    def parse(self, content: bytes, path: Path) -> SourceFeatures:
        del path
        rows = [line.split() for line in content.decode().splitlines()]
        return SourceFeatures([name for name, _ in rows], np.array([[float(number)] for _, number in rows]))


def test_base_class_checks_what_a_table_parser_returns(tmp_path: Path) -> None:
    path = tmp_path / "x_static_features.txt"
    path.write_text("videos/A.mov 1\nB 2\n")
    assert Lines().clips_of(Source("x", path, Lines())) == ["A", "B"]
    for content, message in ((b"A 1\nA.mov 2", "more for 'A'"), (b"A", "lines of a clip and a number: not enough")):
        with pytest.raises(DataError, match=message):
            Lines().features_of(content, path)


def test_tables_are_recognised_by_content_unless_the_user_names_them(tmp_path: Path) -> None:
    for name, text in (("x_static_features.txt", "A 1"), ("y.txt", "A")):
        (tmp_path / name).write_text(text)

    def names(name: str, *, is_given: bool) -> list[str]:
        return Lines().encoders_at(Candidate(tmp_path / name, lambda _: True, is_given))

    assert names("x_static_features.txt", is_given=False) == ["x"]
    assert names("y.txt", is_given=False) == []
    assert names("y.txt", is_given=True) == ["y"]
    assert names("missing.txt", is_given=True) == []
