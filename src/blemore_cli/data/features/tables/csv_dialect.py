"""Dialects of CSV text (encoding, separator, decimal comma, comments), translated to comma-separated UTF-8."""

import codecs
import csv
import io
import re
from collections.abc import Iterable
from typing import Final

from blemore_cli.data.encodings import encoding_of
from blemore_cli.data.features.columns import CLIP_COLUMNS
from blemore_cli.data.features.tables.arff import csv_of_arff, is_arff

_SEPARATORS: Final = (",", ";", "\t", "|", " ")
_N_SNIFFED: Final = 20  # lines
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf)|\?|", re.IGNORECASE)
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_POINT: Final = re.compile(r"\.\d")
_NUMBER_WITH_POINT: Final = re.compile(r'[ "]*[+-]?\d*\.\d+(?:[eE][+-]?\d+)?[ "]*')
_WITH_COMMA: Final = re.compile(r'(?:^|[;|\t\n])[ "]*[+-]?\d*,\d+(?:[eE][+-]?\d+)?[ "]*(?=[;|\t\n]|\Z)')
_QUOTED_WITH_COMMA: Final = re.compile(r'"[+-]?\d*,(?!\d{3}")\d+(?:[eE][+-]?\d+)?"')  # 1,234 is of thousands


def plain_csv(content: bytes, *, is_cut: bool = False) -> bytes:
    r"""Translates a text table to comma-separated UTF-8 with decimal points, the header in its first line.

    Separators `,` `;` tab `|` and blanks are recognised from the first lines, a decimal comma from all cells. Comment
    lines, a line `sep=;` and repetitions of the header are dropped, except for a comment that is the header. ARFF
    counts as a dialect.

    Args:
        content: The bytes of the file.
        is_cut: Whether they are its start alone.

    Raises:
        ValueError: If the bytes are no text.

    Examples:
        >>> plain_csv(b"name;F0" + bytes([10]) + b"'A';1,5")
        b"name,F0\n'A',1.5"
    """
    text = decoded(content, is_cut=is_cut)
    if is_arff(text):
        return csv_of_arff(text).encode()
    text, separator = _without_comments(text)
    text = _without_title(text)
    separator = separator or separator_of(text)
    header, _, rows = text.partition("\n")
    if f"\n{header}\n" in rows and not all(map(_is_number, _cells(header, separator))):  # tables joined as text
        rows = "\n".join(line for line in rows.split("\n") if line != header)
    return _with_full_header(_comma_separated(f"{header}\n{rows}" if rows else header, separator)).encode()


def decoded(content: bytes, *, is_cut: bool = False) -> str:
    r"""Decodes UTF-8, UTF-16 or UTF-32 text, with `\n` between lines; a header may be in Windows-1252.

    Args:
        content: The bytes.
        is_cut: Whether they may end within a line; it is left out.

    Raises:
        ValueError: If the bytes are no text.
    """
    encoding = encoding_of(content)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(content, final=not is_cut)
    except UnicodeDecodeError:
        header, line_break, rows = content.partition(b"\n")
        if encoding != "utf-8-sig" or not rows:
            raise
        text = header.decode("cp1252") + line_break.decode() + rows.decode()
    if "\0" in text:
        raise ValueError("it holds binary data")
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return text[: text.rfind("\n") + 1] if is_cut and "\n" in text else text


def separator_of(text: str) -> str:
    """The separator by which the first lines fall into the most cells of numbers, the same number in all lines."""
    header = text.split("\n", 1)[0]
    present = [separator for separator in _SEPARATORS if separator in header]
    candidates = [separator for separator in present if separator != " "] or present
    if len(candidates) == 1 and candidates != [" "]:
        return candidates[0]
    lines = [line for line in text[: 1 << 20].split("\n", _N_SNIFFED)[:_N_SNIFFED] if line.strip()]
    scores = {separator: score for separator in candidates if (score := _score(lines, separator))}
    return max(scores, key=lambda separator: scores[separator], default=",")


def _score(lines: list[str], separator: str) -> tuple[bool, float, bool, int] | None:
    """Whether lines agree in the number of cells, share of numbers, no separator left, number of cells; or one cell."""
    header, *rows = [_cells(line, separator) for line in lines] or [[]]
    if len(header) < 2:
        return None
    agree = all(len(row) == len(rows[0]) for row in rows) and (not rows or len(rows[0]) - len(header) in {0, 1})
    if separator == " " and not agree:
        return None
    texts = [cell for row in rows for cell in row if not _is_number(cell)]
    n_cells = sum(map(len, rows))
    is_split = not any(set(text) & set(";\t|") for text in texts)
    return agree, 1 - len(texts) / max(1, n_cells), is_split, len(header)


def _cells(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])]


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _without_comments(text: str) -> tuple[str, str]:
    """The text from its header on without comment lines, and the separator that a first line `sep=;` gives."""
    lines, comments, separator = text.lstrip("\n"), [], ""
    while lines.startswith(("#", "sep=", "\n", " \n")):
        line, _, lines = lines.partition("\n")
        if line.startswith("sep="):
            separator = line.removeprefix("sep=").strip(' "')[:1] or "\t"
        elif line.startswith("#"):
            comments.append(line.lstrip("# "))
    if "\n#" in lines:
        lines = "\n".join(line for line in lines.split("\n") if not line.startswith("#"))
    if comments and _is_header(comments[-1], lines):
        return f"{comments[-1]}\n{lines}", separator
    return lines, separator


def _without_title(text: str) -> str:
    """The text without a first line of one cell above a header of several."""
    title, _, rest = text.partition("\n")
    rest = rest.lstrip("\n")
    if any(separator in title for separator in _SEPARATORS[:-1]):
        return text
    separator = separator_of(rest)
    names, row = (_cells(line, separator) for line in rest.split("\n", 2)[:2]) if rest.count("\n") else ([], [])
    has_header = separator != " " and len(names) > 1 and len(names) == len(row) and not any(map(_is_number, names[1:]))
    return rest if has_header and any(map(_is_number, row)) else text


def _is_header(comment: str, lines: str) -> bool:
    """Whether a comment above a row of numbers has as many cells as the row has."""
    separator = separator_of(lines)
    names, row = _cells(comment, separator), _cells(lines.split("\n", 1)[0], separator)
    return (
        len(names) == len(row)
        and any(map(_is_number, row[1:]))
        and not any(name and _is_number(name) for name in names)
    )


def _comma_separated(text: str, separator: str) -> str:
    has_decimal_comma = _has_decimal_comma(text, separator)
    if separator == ",":
        return _written_again(text, ",", has_decimal_comma) if has_decimal_comma else text
    if separator == " ":
        return "\n".join(",".join(line.split()) for line in text.split("\n"))
    header = text.split("\n", 1)[0]
    if "," not in text or (has_decimal_comma and '"' not in text and "," not in header):
        return text.replace(",", ".").replace(separator, ",")
    return _written_again(text, separator, has_decimal_comma)


def _has_decimal_comma(text: str, separator: str) -> bool:
    """Whether some cells are numbers with a comma and none are numbers with a point; a comma may separate thousands."""
    if separator == " " or "," not in text or (separator == "," and '"' not in text):
        return False
    with_comma = _QUOTED_WITH_COMMA if separator == "," else _WITH_COMMA
    return with_comma.search(text) is not None and not _has_number_with_point(text, separator)


def _has_number_with_point(text: str, separator: str) -> bool:
    for point in _POINT.finditer(text):
        start = max(text.rfind(sign, 0, point.start()) for sign in (separator, "\n")) + 1
        ends = (text.find(sign, point.start()) for sign in (separator, "\n"))
        end = min((end for end in ends if end >= 0), default=len(text))
        if _NUMBER_WITH_POINT.fullmatch(text, start, end):
            return True
    return False


def _written_again(text: str, separator: str, has_decimal_comma: bool) -> str:
    rows: Iterable[list[str]] = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    if has_decimal_comma:
        rows = ([cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell for cell in row] for row in rows)
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def _with_full_header(text: str) -> str:
    """Adds an empty name to a header with one name less than its rows have cells.

    It stands first where rows begin with names, as R writes them, and last where they end with a separator.
    """
    header, _, rows = text.partition("\n")
    row = _cells(rows.split("\n", 1)[0], ",")
    names = _cells(header, ",")
    if not names or len(row) != len(names) + 1 or all(map(_is_number, names)):
        return text
    if not row[-1]:
        return f"{header},\n{rows}"
    begins_with_names = not all(map(_is_number, row)) if _is_number(row[0]) else names[0].lower() not in CLIP_COLUMNS
    return f",{text}" if begins_with_names else text
