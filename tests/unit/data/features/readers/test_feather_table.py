import io
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.feather_table import FeatherTable, FrameFeather

FRAME = pd.DataFrame({"clip": ["A.wav", "B"], "v": [[0.5, 1.5], [2.5, 3.5]], "mix": [0, 1]})


def stream() -> bytes:
    file = io.BytesIO()
    table = pa.Table.from_pandas(FRAME)
    with pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    return file.getvalue()


def feather() -> bytes:
    file = io.BytesIO()
    FRAME.to_feather(file)
    return file.getvalue()


def test_files_and_streams_are_read(tmp_path: Path) -> None:
    for name, content in [("t.feather", feather()), ("t.arrow", stream())]:
        (tmp_path / name).write_bytes(content)
        assert FeatherTable().recognises(tmp_path / name)
        table = FeatherTable().features_of(content, tmp_path / name)
        assert (table.clips, table.features.tolist()) == (["A", "B"], [[0.5, 1.5], [2.5, 3.5]])


def test_damaged_files_are_refused() -> None:
    with pytest.raises(DataError, match=r"t\.feather must be a table"):
        FeatherTable().features_of(b"ARROW1 and then nothing", Path("t.feather"))


def test_a_file_a_clip_is_read_as_frames() -> None:
    file = io.BytesIO()
    pd.DataFrame({"frame": [0, 1], "a": [0.5, 1.5], "text": ["x", "y"]}).to_feather(file)
    clip = FrameFeather().features_of(file.getvalue(), Path("A.feather"))
    assert (clip.columns, clip.features[:, 1].tolist(), clip.left_out) == (("frame", "a"), [0.5, 1.5], ("text",))


def test_a_table_of_all_clips_is_no_clip(tmp_path: Path) -> None:
    (tmp_path / "t.feather").write_bytes(feather())
    FRAME[["mix"]].assign(a=0.5).to_feather(tmp_path / "A.feather")
    assert [FrameFeather().could_be_clip(tmp_path / name) for name in ("t.feather", "A.feather")] == [False, True]
