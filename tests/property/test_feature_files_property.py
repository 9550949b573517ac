"""Whatever is in a file: an array of numbers, or an error that names the file."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.array_file import NpzFile, SafetensorsClip
from blemore_cli.data.features.readers.csv_table import CsvTable
from blemore_cli.data.features.readers.frame_csv import FrameCsv
from blemore_cli.data.features.readers.npy import NpyFile

PATH = Path("A.csv")
Reader = Callable[[bytes, Path], object]
READERS: list[Reader] = [reader().features_of for reader in (NpyFile, NpzFile, SafetensorsClip, FrameCsv, CsvTable)]

frames32 = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
).map(lambda frames: frames + np.float32(0))  # no -0.0: `%g` writes it as the whole number -0


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def refusal(reader: Reader, content: bytes) -> str:
    """The message of a refusal, or just the path where the content can be read; anything else is raised."""
    try:
        reader(content, PATH)
    except DataError as error:
        return error.message
    return str(PATH)


@settings(max_examples=60, deadline=None)
@given(frames32, st.sampled_from([None, "%.9g", "%.17g", "%.18e"]))
def test_csv_and_npy_of_float32_frames_are_the_same_bytes(frames: np.ndarray, digits: str | None) -> None:
    columns = [f"x{column}" for column in range(frames.shape[1])]
    text = pd.DataFrame(frames, columns=columns).to_csv(index=False, float_format=digits)
    from_csv = FrameCsv().features_of(text.encode(), PATH).features
    from_npy = NpyFile().features_of(npy(frames), PATH).features
    assert from_csv.dtype == from_npy.dtype
    assert from_csv.tobytes() == from_npy.tobytes()


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None)
@given(content=st.one_of(st.binary(max_size=80), st.text('0123456789.,-e\n\r" ab\x00', max_size=60).map(str.encode)))
def test_any_bytes_are_read_or_refused(reader: Reader, content: bytes) -> None:
    assert "A.csv" in refusal(reader, content)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_damage_to_an_npy_file_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(npy(np.ones((3, 2), dtype=np.float32)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert "A.csv" in refusal(NpyFile().features_of, bytes(content))
