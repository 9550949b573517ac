from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.column_names import (
    COLUMN_NAMES_FILE,
    read_column_names,
    with_column_names,
    write_column_names,
)
from blemore_cli.data.features.records import ClipFeatures


def test_names_are_written_once_and_read(tmp_path: Path) -> None:
    assert read_column_names(tmp_path) == ()
    write_column_names(tmp_path, ())
    assert not list(tmp_path.iterdir())
    write_column_names(tmp_path, ["Loudness", "F0"])
    write_column_names(tmp_path, ["another"])
    assert read_column_names(tmp_path) == ("Loudness", "F0")


@pytest.mark.parametrize("text", ["", "{}", "[1, 2]", '["a", "a"]', "[", '"ab"'])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / COLUMN_NAMES_FILE).write_text(text)
    with pytest.raises(DataError, match="must be a JSON list of different names"):
        read_column_names(tmp_path)


def test_names_are_those_of_a_clip_s_columns() -> None:
    path = Path("enc/a.npy")
    frames = ClipFeatures(np.ones((4, 2)))
    assert with_column_names(frames, path, ("a", "b")).columns == ("a", "b")
    assert with_column_names(frames, path, ()) is frames
    empty, named = ClipFeatures(np.ones((0, 3))), ClipFeatures(np.ones(2), columns=("c", "d"))
    assert with_column_names(empty, path, ("a", "b")) is empty
    assert with_column_names(named, path, ("a", "b")) is named
    with pytest.raises(DataError, match=r"a column for each of the 1 names in \.columns\.json, got 2 columns"):
        with_column_names(frames, path, ("a",))
