"""ARFF text (Weka's table format, which openSMILE writes), translated to CSV."""

import csv
import io
import re
from typing import Final

from blemore_cli.data.features.evidence.names import NOMINAL

_RELATION: Final = re.compile(r"(?:[ \t]*(?:%[^\n]*)?\n)*[ \t]*@relation\b", re.IGNORECASE)
_DATA: Final = re.compile(r"^[ \t]*@data[ \t]*(?:%[^\n]*)?$", re.IGNORECASE | re.MULTILINE)
_READ_TYPES: Final = frozenset(["numeric", "real", "integer", "string"])
_ATTRIBUTE: Final = re.compile(
    r"""^[ \t]*@attribute[ \t]+('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[^\s'"]+)[ \t]*(\{|\w+)""",
    re.IGNORECASE | re.MULTILINE,
)


def is_arff(text: str) -> bool:
    """Whether text begins with `@relation`, after comments."""
    return _RELATION.match(text) is not None


def csv_of_arff(text: str) -> str:
    r"""Translates ARFF to CSV with the attributes as header; `?` stays, and nominal attributes and dates are marked.

    Raises:
        ValueError: If it has no attributes, no `@data`, or sparse rows.

    Examples:
        >>> csv_of_arff("@relation x\n@attribute name string\n@attribute F0 numeric\n@data\n'A b',1.5\n")
        'name,F0\n"A b",1.5\n'
    """
    data = _DATA.search(text)
    attributes = _ATTRIBUTE.findall(text[: data.start()] if data else text)
    if data is None or not attributes:
        raise ValueError("an ARFF file has lines @attribute NAME TYPE, and rows after a line @data")
    rows = [line for line in text[data.end() :].split("\n") if line.strip() and not line.lstrip().startswith("%")]
    if any(row.lstrip().startswith("{") for row in rows[:1]):
        raise ValueError("its rows are sparse; save it with dense rows")
    header = io.StringIO(newline="")
    names = [("" if kind.lower() in _READ_TYPES else NOMINAL) + _unquoted(name) for name, kind in attributes]
    csv.writer(header, lineterminator="\n").writerow(names)
    return header.getvalue() + "".join(f"{row}\n" for row in _rows_with_double_quotes(rows))


def _unquoted(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name[0] in "'\"" else name


def _rows_with_double_quotes(rows: list[str]) -> list[str]:
    text = "\n".join(rows)
    if "," not in rows[0] and "\t" in rows[0] if rows else False:
        text = text.replace("\t", ",")
    if "\\'" in text:
        file = io.StringIO(newline="")
        reader = csv.reader(io.StringIO(text, newline=""), quotechar="'", escapechar="\\", skipinitialspace=True)
        csv.writer(file, lineterminator="\n").writerows(reader)
        return file.getvalue().splitlines()
    return (text if '"' in text else text.replace("'", '"')).split("\n") if rows else []
