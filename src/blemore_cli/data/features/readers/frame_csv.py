"""CSV files of one clip with a row a frame and a column a feature, as OpenFace writes them."""

import csv
import io
import re
from itertools import compress, islice
from pathlib import Path
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Floats
from blemore_cli.data.features.columns import clip_column, is_bookkeeping
from blemore_cli.data.features.readers.base import ClipFileReader
from blemore_cli.data.features.records import ClipFeatures
from blemore_cli.data.features.tables.compression import decompressed, text_suffixes
from blemore_cli.data.features.tables.csv_dialect import plain_csv
from blemore_cli.data.features.tables.csv_text import csv_columns, holds_numbers, read_csv

_WRITE_CSV: Final = "Write a header with unique names and a row of numbers for each frame, separated by commas."
_MORE_THAN_NINE_DIGITS: Final = re.compile(r"[1-9](?:\.?\d){9}")


class FrameCsv(ClipFileReader):
    """A CSV file with the frames (T, D) of one clip.

    Numbers get the precision that their text has: up to nine significant digits is float32's own text, and numbers
    that float32 holds exactly are float32, so that frames give the same bytes as in a float32 `.npy` file.
    """

    name = "frame_csv"
    suffixes = text_suffixes(".csv", ".tsv", ".tab", ".txt", ".arff")
    accepted = "CLIP.csv (.tsv, .arff)"
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
        """Parses the frames; refuses a repeated column, a row that is cut short, and a feature that is not a number."""
        content = plain_csv(decompressed(content, path))
        header = _header(content, path)
        _check_same_fields(content, path)
        table = read_csv(content, header=None if header is None else 0, names=header).rename(columns=str)
        columns = [name for name in table.columns if not is_bookkeeping(name)]
        if text := [name for name in columns if len(table) and table[name].dtype.kind not in "fiu"]:
            raise DataError(f"{path}: a feature column must hold numbers, got text in {listed(text)}", fix=self.fix)
        if not columns:
            raise DataError(f"{path} must have feature columns, got {listed(list(table.columns))}", fix=self.fix)
        left_out = tuple(name or "(unnamed)" for name in table.columns if name not in columns)
        numbers = table[columns].to_numpy() if len(table) else np.empty((0, len(columns)))
        frames = _in_text_precision(numbers, content, header, columns)
        return ClipFeatures(frames, tuple(columns), left_out)


def _header(content: bytes, path: Path) -> list[str] | None:
    """The names in the first line; none if it is a row of numbers other than the default names 0, 1, 2..."""
    first_line = content.split(b"\n", 1)[0].decode("utf-8-sig")
    names = [name.strip() for name in next(csv.reader([first_line], skipinitialspace=True), [])]
    if all(map(_is_number, names)) and names != [str(column) for column in range(len(names))]:
        return None
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{path}: a column must appear once, got {listed(repeated)} more than once", fix=_WRITE_CSV)
    return names


def _check_same_fields(content: bytes, path: Path) -> None:
    """Refuses a row that is cut short; quoted commas are left to the parser."""
    lines = content.split(b"\n")
    expected = lines[0].count(b",")
    if short := [number for number, line in enumerate(lines, 1) if line.strip() and line.count(b",") < expected]:
        n_fields = lines[short[0] - 1].count(b",") + 1
        raise DataError(
            f"{path}, line {short[0]}: a row must have {expected + 1} fields as the first line does, got {n_fields}",
            fix="Extract the clip again: the file was probably cut short.",
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _in_text_precision(frames: Floats, content: bytes, header: list[str] | None, columns: list[str]) -> Floats:
    with np.errstate(over="ignore"):
        as_float32 = frames.astype(np.float32)
    exact = np.array_equal(as_float32, frames, equal_nan=True)
    return as_float32 if exact or not _has_long_numbers(content, header, columns) else frames


def _has_long_numbers(content: bytes, header: list[str] | None, columns: list[str]) -> bool:
    """Whether a feature has more than nine significant digits; long time stamps beside the features do not count."""
    text = content.decode("utf-8-sig")
    if header is None or not _MORE_THAN_NINE_DIGITS.search(text):
        return _MORE_THAN_NINE_DIGITS.search(text) is not None
    is_feature = [name in columns for name in header]
    rows = islice(csv.reader(io.StringIO(text), skipinitialspace=True), 1, None)
    return any(_MORE_THAN_NINE_DIGITS.search(",".join(compress(row, is_feature))) for row in rows)
