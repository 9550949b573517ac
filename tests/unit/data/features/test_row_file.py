import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.data.features.records import ClipFeatures
from blemore_cli.data.features.row_file import Batch, RowFile, row_file


def test_rows_come_back_as_they_were_left_in_any_order() -> None:
    rows = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    with row_file() as file:
        assert file is not None
        later = file.leave(3, [ClipFeatures(row, ("a", "b", "c")) for row in rows[3:]])
        file.leave(0, [ClipFeatures(row) for row in rows[:3]])
        matrix = np.empty((5, 3), dtype=np.float32)
        file.read_into(matrix[2:], 2)
        file.read_into(matrix[:2], 0)
    np.testing.assert_array_equal(matrix, rows)
    assert later.width == 3
    assert [(clip.columns, clip.features.size) for clip in later.clips] == [(("a", "b", "c"), 0)] * 2


def test_what_float32_cannot_hold_becomes_infinite() -> None:
    with row_file() as file:
        assert file is not None
        file.leave(0, [ClipFeatures(np.array([1e300, 1.0]))])
        row = np.empty((1, 2), dtype=np.float32)
        file.read_into(row, 0)
    assert row.tolist() == [[np.inf, 1.0]]


@pytest.mark.parametrize("shapes", [[(2, 3)], [(0,)], [(0, 3)], [(3,), (2,)], [(3,), (1, 3)]])
def test_what_are_no_rows_of_one_width_stays_with_the_clips(tmp_path: Path, shapes: list[tuple[int, ...]]) -> None:
    clips = [ClipFeatures(np.ones(shape)) for shape in shapes]
    (tmp_path / "rows").touch()
    assert RowFile(tmp_path / "rows").leave(0, clips) == Batch(clips)


def test_rows_stay_with_the_clips_where_the_file_cannot_be_written(tmp_path: Path) -> None:
    clips = [ClipFeatures(np.ones(3))]
    assert RowFile(tmp_path / "gone").leave(0, clips) == Batch(clips)


def test_the_file_has_no_name_and_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with row_file() as file:
        assert file is not None
        assert file.path.exists()
        assert not [*tmp_path.iterdir()]
    assert not file.path.exists()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with row_file() as file:
        assert file is None


def test_other_processes_write_into_it() -> None:
    with row_file() as file:
        assert file is not None
        subprocess.run([sys.executable, "-c", f"open({str(file.path)!r}, 'r+b').write(b'abcd')"], check=True)
        assert file.path.read_bytes() == b"abcd"
