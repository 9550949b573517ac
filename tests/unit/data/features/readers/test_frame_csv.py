import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.frame_csv import FrameCsv
from blemore_cli.data.features.records import ClipFeatures

PATH = Path("openface/A.csv")


def clip_of(content: bytes) -> ClipFeatures:
    return FrameCsv().features_of(content, PATH)


def test_bookkeeping_columns_are_left_out_and_reported() -> None:
    text = (
        b"frame, face_id, timestamp, confidence, success, AU01_r, gaze_0_x\r\n1, 0, 0.03333333333, 0.9, 1, 0.5, 2\r\n"
    )
    clip = clip_of(text)
    assert clip.features.tolist() == [[0.5, 2.0]]
    assert clip.columns == ("AU01_r", "gaze_0_x")
    assert clip.left_out == ("frame", "face_id", "timestamp", "confidence", "success")


def test_index_column_of_pandas_is_left_out() -> None:
    clip = clip_of(pd.DataFrame({"a": [1.5, 2.5]}).to_csv().encode())
    assert clip.features.tolist() == [[1.5], [2.5]]
    assert clip.left_out == ("(unnamed)",)


@pytest.mark.parametrize("time", ["", "timestamp"])
@pytest.mark.parametrize("digits", ["shortest", "%.9g", "%.18e"])
def test_float32_frames_come_back_to_the_last_bit(digits: str, time: str) -> None:
    frames = (np.random.default_rng(0).normal(size=(40, 5)) * np.logspace(-9, 9, 5)).astype(np.float32)
    table = pd.DataFrame(frames)
    if time:
        table.insert(0, time, np.arange(40) / 30)
    text = table.to_csv(index=False, float_format=None if digits == "shortest" else digits)
    read = clip_of(text.encode()).features
    assert read.dtype == np.float32
    assert read.tobytes() == frames.tobytes()


def test_float64_frames_come_back_to_the_last_bit() -> None:
    frames = np.random.default_rng(0).normal(size=(40, 5))
    read = clip_of(pd.DataFrame(frames).to_csv(index=False).encode()).features
    assert read.dtype == np.float64
    assert read.tobytes() == frames.tobytes()


def test_table_without_header_loses_no_frame() -> None:
    frames = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    file = io.BytesIO()
    np.savetxt(file, frames, delimiter=",")
    assert np.array_equal(clip_of(file.getvalue()).features, frames)


@pytest.mark.parametrize(
    "content", [b"a;b\n0,5;2\n1,5;3\n", b"a\tb\r\n0.5\t2\r\n1.5\t3\r\n", "a,b\n0.5,2\n1.5,3\n".encode("utf-16")]
)
def test_other_dialects_are_read(content: bytes) -> None:
    clip = clip_of(content)
    assert (clip.features.tolist(), clip.columns) == ([[0.5, 2.0], [1.5, 3.0]], ("a", "b"))
    assert FrameCsv().features_of(gzip.compress(content), Path("A.csv.gz")).features.tolist() == clip.features.tolist()


def test_transcripts_are_no_frames(tmp_path: Path) -> None:
    (tmp_path / "A.txt").write_text("Well, I said to him\nthat it is so\n")
    (tmp_path / "B.txt").write_text("0.5 1.5\n2.5 3.5\n")
    assert [FrameCsv().matches(tmp_path / name) for name in ("A.txt", "B.txt")] == [False, True]


def test_default_column_names_are_a_header() -> None:
    assert clip_of(b"0,1,2\n5,6,7\n").features.tolist() == [[5.0, 6.0, 7.0]]


def test_missing_and_too_large_values_are_kept_for_the_check_of_finite_features() -> None:
    frames = clip_of(b"a,b,c\n1,,1e300\n1,2,3\n").features
    assert frames.tolist() == [[1.0, pytest.approx(np.nan, nan_ok=True), np.inf], [1.0, 2.0, 3.0]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\n\n", "CSV|header"),
        (b"frame,success\n1,1\n", "feature columns, got frame, success"),
        (b"a,b\n1,x\n", "text in b"),
        (b"a,b\n1,True\n", "text in b"),
        (b"a,a\n1,2\n", "a more than once"),
        (b"a,b\n1,2,3\n4,5,6\n", "CSV file"),
        (b"a,b\n1,2\n4,5,6\n", "CSV file"),
        (b'"a,b\n1,2\n', "CSV file"),
        (b"a,b\n\xff,1\n", "CSV file"),
        (b"\x00\x01\x02\x89PNG", "CSV file"),
    ],
)
def test_other_content_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        clip_of(content)
    assert "openface/A.csv" in caught.value.message


def test_only_a_header_is_a_clip_without_frames() -> None:
    clip = clip_of(b"frame, success, AU01_r, AU02_r\r\n")
    assert (clip.features.shape, clip.columns) == ((0, 2), ("AU01_r", "AU02_r"))


def test_a_row_that_is_cut_short_is_named() -> None:
    with pytest.raises(DataError, match="line 3: a row must have 4 fields"):
        clip_of(b"frame,AU1,AU2,AU3\n1,0.1,0.2,0.3\n2,0.1,0.2\n")
