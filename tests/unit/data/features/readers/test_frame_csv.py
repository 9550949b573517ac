import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.evidence.selection import NO_CHOICE, with_columns_chosen
from blemore_cli.data.features.readers.frame_csv import FrameCsv
from blemore_cli.data.features.records import ClipFeatures

PATH = Path("openface/A.csv")


def clip_of(content: bytes) -> ClipFeatures:
    """The clip without what is no evidence, and with frames that have NaN."""
    return with_columns_chosen(FrameCsv().features_of(content, PATH), NO_CHOICE)


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


def test_columns_of_text_are_left_out_and_text_among_numbers_is_named() -> None:
    clip = clip_of(b"input,approx_time,AU01,voiced\nA.mp4,00:00,0.5,True\nA.mp4,00:01,0.7,False\n")
    assert (clip.columns, clip.left_out) == (("AU01", "voiced"), ("input", "approx_time"))
    assert clip.features.tolist() == [[pytest.approx(0.5), 1.0], [pytest.approx(0.7), 0.0]]
    with pytest.raises(DataError, match="numbers, got 'oops' in row 2 in column AU01"):
        clip_of(b"AU01,AU02\n1,2\noops,3\n")
    with pytest.raises(DataError, match="column that is evidence, got frame, success"):
        clip_of(b"frame,success\n1,1\n")


def test_nan_of_other_programs_is_nan() -> None:
    assert np.isnan(clip_of(b"AU01_r,AU02_r\n-nan(ind), 1.#QNAN0\n-nan,NaN\n").features).all()


def openface_3(*rows: str) -> bytes:
    return "\n".join(["frame,action_units,emotion_index,gaze_yaw,gaze_pitch", *rows]).encode()


def test_lists_and_the_emotion_of_openface_3_become_columns() -> None:
    clip = clip_of(openface_3('0,"[0.5, nan]",2,0.1,0.2', '1,"[0.25 1.]",7,0.3,0.4', "2,,,,", '3,"[]",nan,nan,nan'))
    emotions = [f"emotion_index_{i}" for i in range(8)]
    assert clip.columns == ("action_units_0", "action_units_1", *emotions, "gaze_yaw", "gaze_pitch")
    assert clip.left_out == ("frame",)
    assert clip.features[1].tolist() == [0.25, 1.0, *[0.0] * 7, 1.0, *map(np.float32, (0.3, 0.4))]
    assert np.isnan(clip.features[2:]).all()
    assert np.isnan(clip.features[0]).nonzero()[0].tolist() == [1]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (['0,"[1]",8,0,0'], r"emotion_index must be 0 to 7.* got 8$"),
        (['0,"[1]",0.5,0,0'], r"emotion_index must be 0 to 7.* got 0.5$"),
    ],
)
def test_other_emotions_are_refused(rows: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        clip_of(openface_3(*rows))


def test_an_emotion_index_beside_no_gaze_is_a_label() -> None:
    assert clip_of(b"AU01,emotion_index\n0.5,2\n").columns == ("AU01",)


def test_quoted_line_ends_are_no_rows_that_are_cut_short() -> None:
    clip = clip_of(b'frame,embedding\r\n0,"[1. 2.\n 3.]"\r\n1,"[4. 5.\n 6.]"\r\n')
    assert clip.features.tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    with pytest.raises(DataError, match="line 3: a row must have 3 fields as the first line does, got 2"):
        clip_of(b'a,b,c\n1,"[1, 2]",3\n2,"[1, 2]"\n')


def test_only_a_header_is_a_clip_without_frames() -> None:
    clip = clip_of(b"frame, success, AU01_r, AU02_r\r\n")
    assert (clip.features.shape, clip.columns) == ((0, 2), ("AU01_r", "AU02_r"))


def test_a_row_that_is_cut_short_is_named() -> None:
    with pytest.raises(DataError, match="line 3: a row must have 4 fields"):
        clip_of(b"frame,AU1,AU2,AU3\n1,0.1,0.2,0.3\n2,0.1,0.2\n")
