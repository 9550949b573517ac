from pathlib import Path

import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.base import Candidate, Request, Source
from blemore_cli.data.features.readers.csv_table import CsvTable

READER = CsvTable()
IS_CLIP = frozenset({"0001", "0002"}).__contains__


def encoders_at(path: Path, *, is_given: bool = False) -> list[str]:
    return READER.encoders_at(Candidate(path, IS_CLIP, is_given))


def test_a_table_is_told_by_its_clips_or_by_the_name_of_their_column(tmp_path: Path) -> None:
    for name, text, encoders in [
        ("a.csv", "take,F0\n0001,1\n", ["a"]),
        ("b.csv", "filename,F0\nx,1\n", ["b"]),
        ("c.csv", "F0,F1\n0.5,1\n", []),
        ("d.csv", "filename,fold,mix\n0001,1,0\n", []),
        ("e_static_features.tsv", "\tF0\n0001\t1\n", ["e"]),
        ("f.txt", "filename;F0\n0001;1\n", ["f"]),
        ("g.txt", "Read me first.\n", []),
        ("h.csv", "\0", ["h"]),  # reading it names what is wrong
    ]:
        (tmp_path / name).write_text(text)
        assert encoders_at(tmp_path / name) == encoders, name
    assert encoders_at(tmp_path / "c.csv", is_given=True) == ["c"]
    assert encoders_at(tmp_path / "g.txt", is_given=True) == []


def test_clips_of_the_challenge_choose_the_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,take,F0\n1,0001,0.5\n2,0002,1.5\n")
    table = READER.read(Source("a", path, READER), Request(IS_CLIP, DataConfig()))
    assert (table.clips, table.features.tolist(), table.left_out) == (["0001", "0002"], [[0.5], [1.5]], ("id",))
    assert READER.clips_of(Source("a", path, READER), IS_CLIP) == ["0001", "0002"]


def test_a_table_without_clips_is_refused() -> None:
    with pytest.raises(DataError, match=r"column of clips, as filename, .* got F0, F1"):
        READER.features_of(b"F0,F1\n0.5,1\n", Path("t.csv"))


@pytest.mark.parametrize("failure", ["its sound is shorter than 0.1 s", "no face in any frame"])
def test_a_log_of_words_is_no_table_of_features(tmp_path: Path, failure: str) -> None:
    path = tmp_path / "failures.csv"
    path.write_text(f"clip,encoder,failure\nA102_ang_int1_ver1,voice,{failure}\n")
    assert CsvTable().encoders_at(Candidate(path, lambda clip: clip == "A102_ang_int1_ver1", is_given=False)) == []
