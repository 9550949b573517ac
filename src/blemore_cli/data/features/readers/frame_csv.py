"""CSV files of one clip with a row a frame and a column a feature, as OpenFace writes them."""

import csv
import io
import re
from collections import Counter
from itertools import compress, islice
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Floats
from blemore_cli.data.features.columns import clip_column, numeric_columns
from blemore_cli.data.features.evidence.names import evidence_among
from blemore_cli.data.features.parsing import stray_text
from blemore_cli.data.features.readers.base import ClipFileReader
from blemore_cli.data.features.records import ClipFeatures
from blemore_cli.data.features.tables.compression import decompressed, text_suffixes
from blemore_cli.data.features.tables.csv_dialect import plain_csv
from blemore_cli.data.features.tables.csv_text import csv_columns, holds_numbers, read_csv
from blemore_cli.data.features.tables.list_cells import list_columns, numbered_columns

EMOTION_INDEX: Final = "emotion_index"
N_EMOTIONS: Final = 8
"""Emotions of OpenFace 3: neutral, happy, sad, surprise, fear, disgust, anger and contempt."""

_OPENFACE_3: Final = frozenset([EMOTION_INDEX, "gaze_yaw", "gaze_pitch"])
_WRITE_CSV: Final = "Write a header with unique names and a row of numbers for each frame, separated by commas."
_TEN_DIGITS: Final = re.compile(r"[1-9][0-9]{9}")
_TEN_ZEROS: Final = b"0" * 10
_DIGITS_TO_ZERO: Final = bytes.maketrans(b"123456789", b"0" * 9)


class FrameCsv(ClipFileReader):
    """A CSV file with the frames (T, D) of one clip.

    Numbers get the precision that their text has: up to nine significant digits is float32's own text, and numbers
    that float32 holds exactly are float32, so that frames give the same bytes as in a float32 `.npy` file.
    """

    name = "frame_csv"
    suffixes = text_suffixes(".csv", ".tsv", ".tab", ".txt", ".arff")
    requirement = "a CSV file with a row for each frame"
    fix = _WRITE_CSV
    bytes_per_second = 5e6

    def matches(self, path: Path) -> bool:
        """Whether a file has one of the suffixes; `.txt`, which may be a transcript, only with numbers in it."""
        return super().matches(path) and (".txt" not in path.name.lower() or holds_numbers(path))

    def could_be_clip(self, path: Path) -> bool:
        """Whether a file lacks the column of clip names that metadata and other tables have."""
        return self.matches(path) and clip_column(csv_columns(path)) is None

    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        """Parses the frames with all columns of numbers; refuses a repeated column and a row that is cut short."""
        content = plain_csv(decompressed(content, path))
        header = _header(content, path)
        _check_same_fields(content, path)
        table = read_csv(content, header=None if header is None else 0, names=header)
        if header is None:
            table.columns = [str(name) for name in table.columns]
        numbers, text, unreadable = numbers_of_clip(table, path)
        frames = _in_text_precision(numbers, content, header)
        return ClipFeatures(frames, tuple(numbers.columns.tolist()), left_out=text, unreadable=unreadable)


def numbers_of_clip(table: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, tuple[str, ...], dict[str, str]]:
    """The columns of numbers of a clip's table with a row a frame.

    Lists become numbered columns, and OpenFace 3's index of an emotion becomes a column for each.

    Returns:
        The columns of numbers, the names of those of text, and the first cell of text of those of both, by name.

    Raises:
        DataError: If there is no column of numbers.
    """
    numbers, text, unreadable = (table, (), {}) if _is_numeric(table) else _sorted_out(table, path)
    numbers = _with_emotions(numbers, path)
    if numbers.columns.empty and unreadable:
        raise stray_text(*next(iter(unreadable.items())), path)
    if numbers.columns.empty:
        raise DataError(f"{path} must have feature columns, got {listed(list(table.columns))}", fix=_WRITE_CSV)
    return numbers, text, unreadable


def _is_numeric(table: pd.DataFrame) -> bool:
    return all(dtype.kind in "fiu" for dtype in table.dtypes)


def _sorted_out(table: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, tuple[str, ...], dict[str, str]]:
    """Columns of a table that are not all of numbers, as `numbers_of_clip` gives them."""
    rows = [f"row {row}" for row in range(1, len(table) + 1)]
    table = numbered_columns(table, list_columns(table), rows, path)
    return numeric_columns(table, lambda row: f"in row {row + 1}")


def _with_emotions(numbers: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Replaces the index of the emotion that OpenFace 3 predicts, beside its gaze, by a column for each emotion."""
    by_lower_case = {str(name).lower(): name for name in numbers.columns.tolist()}
    if not set(by_lower_case) >= _OPENFACE_3:
        return numbers
    name = by_lower_case[EMOTION_INDEX]
    emotions = _one_hot(numbers[name], N_EMOTIONS)
    if emotions is None:
        raise DataError(
            f"{path}: {name} must be 0 to {N_EMOTIONS - 1}, the number of an emotion of OpenFace 3, got "
            f"{listed(sorted({f'{value:g}' for value in numbers[name].dropna()}), 9)}",
            fix="Extract the clip again, or rename the column if it is something else.",
        )
    position = list(numbers.columns).index(name)
    return pd.concat([numbers.iloc[:, :position], emotions, numbers.iloc[:, position + 1 :]], axis=1)


def _one_hot(column: pd.Series, n_classes: int) -> pd.DataFrame | None:
    """A column for each class, 1 where the index is of this class, NaN where it is missing; none for other values."""
    index = column.to_numpy(np.float64)
    is_known = ~np.isnan(index)
    if not np.isin(index[is_known], np.arange(n_classes)).all():
        return None
    columns = np.where(is_known[:, None], index[:, None] == np.arange(n_classes), np.nan)
    return pd.DataFrame(columns, columns=[f"{column.name}_{i}" for i in range(n_classes)], index=column.index)


def _header(content: bytes, path: Path) -> list[str] | None:
    """The names in the first line; none if it is a row of numbers other than the default names 0, 1, 2..."""
    first_line = content.split(b"\n", 1)[0].decode("utf-8-sig")
    names = [name.strip() for name in next(csv.reader([first_line], skipinitialspace=True), [])]
    if all(map(_is_number, names)) and names != [str(column) for column in range(len(names))]:
        return None
    if repeated := sorted(name for name, n_columns in Counter(names).items() if n_columns > 1):
        raise DataError(f"{path}: a column must appear once, got {listed(repeated)} more than once", fix=_WRITE_CSV)
    return names


def _check_same_fields(content: bytes, path: Path) -> None:
    """Refuses a row that is cut short."""
    counts = _fields_by_line(content)
    expected = next(iter(counts.values()), 0)
    if short := [line for line, n_fields in counts.items() if n_fields < expected]:
        raise DataError(
            f"{path}, line {short[0]}: a row must have {expected} fields as the first line does, "
            f"got {counts[short[0]]}",
            fix="Extract the clip again: the file was probably cut short.",
        )


def _fields_by_line(content: bytes) -> dict[int, int]:
    """The number of fields of each row that is not empty, by the line that it ends in."""
    if b'"' not in content:
        lines = enumerate(content.split(b"\n"), 1)
        return {number: line.count(b",") + 1 for number, line in lines if number == 1 or line.strip()}
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), skipinitialspace=True)
    counts = [(rows.line_num, len(row)) for row in rows if row]
    return dict(counts)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _in_text_precision(numbers: pd.DataFrame, content: bytes, header: list[str] | None) -> Floats:
    """The numbers in float32 where the text of the columns that may be features has no more digits."""
    frames = numbers.to_numpy() if len(numbers) else np.empty(numbers.shape)
    with np.errstate(over="ignore"):
        as_float32 = frames.astype(np.float32)
    is_feature = np.array(evidence_among(numbers.columns.tolist()), dtype=np.bool_)
    exact = np.array_equal(as_float32[:, is_feature], frames[:, is_feature], equal_nan=True)
    return as_float32 if exact or not _has_long_numbers(content, header) else frames


def _has_long_numbers(content: bytes, header: list[str] | None) -> bool:
    """Whether a feature has more than nine significant digits; long time stamps beside the features do not count."""
    if _TEN_ZEROS not in content.translate(_DIGITS_TO_ZERO, b"."):  # ten times as fast as the regular expression
        return False
    text = content.decode("utf-8-sig")
    has_long_numbers = _has_ten_digits(text)
    if header is None or not has_long_numbers:
        return has_long_numbers
    is_feature = evidence_among(header)
    rows = islice(csv.reader(io.StringIO(text), skipinitialspace=True), 1, None)
    return any(_has_ten_digits(",".join(compress(row, is_feature))) for row in rows)


def _has_ten_digits(text: str) -> bool:
    """Whether ten digits follow each other, with or without a point among them, the first of them no zero."""
    return _TEN_DIGITS.search(text.replace(".", "")) is not None
