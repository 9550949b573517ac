"""Dialects of metadata text: encoding, separator, and blanks after separators."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError
from blemore_cli.core.files import read_bytes
from blemore_cli.data.encodings import encoding_of
from blemore_cli.data.foreign import NEVER_FEATURES, kind_of

SEPARATORS: Final = (",", ";", "\t", "|")
CSV_FILE: Final = "CSV file"

_SEPARATOR_LINE: Final = "sep="  # Excel's first line that names the separator


def read_records(path: Path, required: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Reads the records of a text file that are not blank, each with the line on which it starts.

    The separator is the one by which the header has the most of the required columns. Blanks after separators are left
    out where the header has them, too; comments `#` above the header and repetitions of it are left out as well.

    Raises:
        DataError: If the file is missing, of another kind, no text, or breaks the rules of quotes.
    """
    text = _text(path)
    first, separator = 1, ""
    while text.startswith((_SEPARATOR_LINE, "#")):
        line, _, text = text.partition("\n")
        first += 1
        separator = separator if line[0] == "#" else line.removeprefix(_SEPARATOR_LINE).strip("\r")[:1]
    header = next((line for line in text.split("\n") if line.strip()), "")
    separator = separator or separator_of(header, required)
    records = [
        (first + line - 1, fields) for line, fields in _records(text, separator, path) if any(map(str.strip, fields))
    ]
    return records[:1] + [record for record in records[1:] if record[1] != records[0][1]]


def separator_of(header: str, required: Sequence[str]) -> str:
    r"""The separator by which a header has the most of the required columns, or else the most columns.

    Examples:
        >>> separator_of('filename;"video_id"', ["filename"]), separator_of("filename\tfold", ["filename", "fold"])
        (';', '\t')
    """

    def n_columns(separator: str) -> tuple[int, int]:
        names = [name.strip().strip('"').lower() for name in header.split(separator)]
        return len({*required} & {*names}), len(names)

    return max(SEPARATORS, key=n_columns)


def _text(path: Path) -> str:
    content = read_bytes(path, CSV_FILE, DataError)
    kind = kind_of(content)
    if kind is not None:
        fix = kind.fix if kind in NEVER_FEATURES else "Save it as CSV."
        raise DataError(f"{path} must be a {CSV_FILE}, got {kind.name}", fix=fix)
    try:
        text = content.decode(encoding_of(content))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path}, line {line}: a {CSV_FILE} must be UTF-8 or UTF-16 text, got the byte "
            f"0x{error.object[error.start]:02x}",
            fix=f"Check that this is the {CSV_FILE}, and save it as UTF-8.",
        ) from None
    if "\0" in text:
        raise DataError(f"{path} must be a CSV file, got binary content", fix="Check that this is the CSV file.")
    return text


def _records(text: str, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """The records, each with the line on which it starts."""
    header = next((line for line in text.split("\n") if line.strip()), "")
    has_blanks = f"{separator} " in header
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator, skipinitialspace=has_blanks)
    start = 1
    try:
        for fields in reader:
            if fields:
                yield start, fields
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path}, line {start}: must be CSV: {error}", fix="Check the quotes of this line.") from None
