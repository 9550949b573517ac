import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.arrow_table import FeatherTable, FrameFeather, FrameParquet, ParquetTable
from blemore_cli.data.features.readers.csv_table import CsvTable

PATH = Path("egemaps.parquet")
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


def test_parquet_and_csv_give_the_same() -> None:
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32), columns=["a", "b"])
    frame.index = pd.Index(["A.wav", "B.wav", "C.wav"], name="file")
    file = io.BytesIO()
    frame.to_parquet(file)
    parquet = ParquetTable().features_of(file.getvalue(), PATH)
    csv = CsvTable().features_of(frame.to_csv().encode(), Path("egemaps.csv"))
    assert parquet.clips == csv.clips == ["A", "B", "C"]
    assert parquet.features.astype(np.float32).tobytes() == csv.features.astype(np.float32).tobytes()


def test_damaged_parquet_files_are_refused() -> None:
    with pytest.raises(DataError, match=r"egemaps\.parquet must be a table"):
        ParquetTable().features_of(b"PAR1 and then nothing", PATH)


def test_a_table_is_recognised_without_its_rows(tmp_path: Path) -> None:
    pd.DataFrame({"filename": ["A"], "a": [1.0]}).to_parquet(tmp_path / "t.pq")
    pd.DataFrame({"filename": ["A"], "mix": [1.0]}).to_parquet(tmp_path / "metadata.pq")
    pd.DataFrame({"filename": ["A"], "a": [[[1.0, 2.0], [3.0, 4.0]]]}).to_parquet(tmp_path / "frames.pq")
    pd.DataFrame({"filename": ["A"], "a": [b"\xff"]}).to_parquet(tmp_path / "bytes.pq")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")  # reading names what is wrong
    names = ("t.pq", "metadata.pq", "frames.pq", "bytes.pq", "broken.parquet")
    assert [ParquetTable().recognises(tmp_path / name) for name in names] == [True, False, True, True, True]


def test_a_parquet_file_a_clip_is_read_as_frames(tmp_path: Path) -> None:
    frames = pd.DataFrame(np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32), columns=["a", "b"])
    starts = pd.to_timedelta(range(4), unit="s")
    frames.set_axis(pd.MultiIndex.from_arrays([["A.wav"] * 4, starts], names=["file", "start"])).to_parquet(
        tmp_path / "A.pq"
    )
    clip = FrameParquet().read(tmp_path / "A.pq")
    assert clip.features.tobytes() == frames.to_numpy().tobytes()
    assert (clip.columns, clip.left_out) == (("a", "b"), ("file", "start"))
    frames.to_parquet(tmp_path / "B.pq")
    assert FrameParquet().could_be_clip(tmp_path / "B.pq")


def test_feather_files_and_streams_are_read(tmp_path: Path) -> None:
    for name, content in [("t.feather", feather()), ("t.arrow", stream())]:
        (tmp_path / name).write_bytes(content)
        assert FeatherTable().recognises(tmp_path / name)
        table = FeatherTable().features_of(content, tmp_path / name)
        assert (table.clips, table.features.tolist()) == (["A", "B"], [[0.5, 1.5], [2.5, 3.5]])


def test_damaged_feather_files_are_refused() -> None:
    with pytest.raises(DataError, match=r"t\.feather must be a table"):
        FeatherTable().features_of(b"ARROW1 and then nothing", Path("t.feather"))


def test_a_feather_file_a_clip_is_read_as_frames() -> None:
    file = io.BytesIO()
    pd.DataFrame({"frame": [0, 1], "a": [0.5, 1.5], "text": ["x", "y"]}).to_feather(file)
    clip = FrameFeather().features_of(file.getvalue(), Path("A.feather"))
    assert (clip.columns, clip.features[:, 1].tolist(), clip.left_out) == (("frame", "a"), [0.5, 1.5], ("text",))


def test_a_table_of_all_clips_is_no_clip(tmp_path: Path) -> None:
    (tmp_path / "t.feather").write_bytes(feather())
    FRAME[["mix"]].assign(a=0.5).to_feather(tmp_path / "A.feather")
    assert [FrameFeather().could_be_clip(tmp_path / name) for name in ("t.feather", "A.feather")] == [False, True]
