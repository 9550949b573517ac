"""Kinds of files by their first bytes, for files that are of another kind than their suffix says."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from blemore_cli.core.errors import DataError
from blemore_cli.core.files import read_bytes


@dataclass(frozen=True)
class FileKind:
    """A kind of file in the words of messages.

    Attributes:
        name: What the file is, with its article.
        fix: The next step for the user.
        suffixes: Suffixes under which the kind is at its place; none for what never holds features.
    """

    name: str
    fix: str
    suffixes: tuple[str, ...] = ()


_AGAIN: Final = "Download or copy the file again."
_UNPACK: Final = "Unpack it, and give what is inside."
_SAVE: Final = "Extract features from it first, and give these."

CONVERT_PICKLE: Final = (
    "A pickle can run any program when it is loaded, and is never loaded here. If you trust it, convert it once in "
    "Python:\n"
    "  import pickle, numpy as np\n"
    '  clips = pickle.load(open("NAME.pkl", "rb"))  # a dictionary with an array for each clip\n'
    '  np.savez("NAME.npz", **{clip: np.asarray(array) for clip, array in clips.items()})'
)
CONVERT_EXCEL: Final = (
    "Save it as CSV, or convert it once in Python (with the package openpyxl):\n"
    "  import pandas as pd\n"
    '  table = pd.read_excel("NAME.xlsx")  # a row for each clip, and a column of their names\n'
    '  table.to_csv("NAME.csv", index=False)'
)
CONVERT_JSON: Final = (
    "Convert it once in Python:\n"
    "  import json, numpy as np\n"
    '  clips = json.load(open("NAME.json"))  # a dictionary with a list of numbers for each clip\n'
    '  np.savez("NAME.npz", **{clip: np.asarray(numbers) for clip, numbers in clips.items()})'
)
CONVERT_R: Final = (
    "Convert it once in R:\n"
    '  table <- readRDS("NAME.rds")  # or load("NAME.RData"), which makes the variables that it names\n'
    "  stopifnot(is.data.frame(table))  # a row for each clip, and a column of their names\n"
    '  write.csv(table, "NAME.csv", row.names = FALSE)'
)
CONVERT_MAT: Final = (
    "Convert it once in Python:\n"
    "  import numpy as np, scipy.io\n"
    '  arrays = {name: array for name, array in scipy.io.loadmat("NAME.mat").items() if name[0] != "_"}\n'
    '  np.savez("NAME.npz", **arrays)'
)
LFS_POINTER: Final = FileKind(
    "a pointer of Git LFS in place of the file itself", "Run `git lfs pull` in the clone, or download the file itself."
)
_TORCH: Final = FileKind("a file of torch.save", "Rename it to .pt.", (".pt", ".pth", ".bin"))
_TORCH_BEFORE_ZIP: Final = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
R_DATA: Final = FileKind("data of R", CONVERT_R)
HTML_PAGE: Final = FileKind("an HTML page", _AGAIN)
ZERO_BYTES: Final = FileKind("nothing but zero bytes", _AGAIN)
NEVER_FEATURES: Final = (LFS_POINTER, HTML_PAGE, ZERO_BYTES)
"""Kinds that are no features under any suffix."""

PICKLE: Final = FileKind("a Python pickle", CONVERT_PICKLE)

_BY_START: Final = (
    (b"version https://git-lfs", LFS_POINTER),
    (b"\x93NUMPY", FileKind("a NumPy array", "Rename it to .npy.", (".npy",))),
    (b"\x89HDF\r\n\x1a\n", FileKind("an HDF5 file", "Rename it to .h5.", (".h5", ".hdf5", ".csd", ".mat"))),
    (b"MATLAB 7.3", FileKind("a MATLAB file of version 7.3", "Rename it to .mat.", (".mat",))),
    (b"MATLAB 5", FileKind("a MATLAB file of version 5", CONVERT_MAT)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind("an Excel workbook of before 2007", CONVERT_EXCEL)),
    *((start, R_DATA) for start in (b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n")),
    (b"PAR1", FileKind("a Parquet table", "Rename it to .parquet.", (".parquet", ".pq"))),
    (b"ARROW1", FileKind("a Feather table", "Rename it to .feather.", (".feather", ".arrow"))),
    (b"\x1f\x8b", FileKind("a gzip archive", _UNPACK, (".gz", ".tgz"))),
    *((b"BZh%d1AY&SY" % level, FileKind("a bzip2 archive", _UNPACK, (".bz2",))) for level in range(1, 10)),
    (b"\xfd7zXZ", FileKind("an xz archive", _UNPACK, (".xz",))),
    (b"7z\xbc\xaf", FileKind("a 7z archive", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", FileKind("a zstd archive", _UNPACK)),
    (b"Rar!\x1a\x07", FileKind("a rar archive", _UNPACK)),
    (b"%PDF-", FileKind("a PDF document", _AGAIN)),
    (b"\x89PNG", FileKind("a PNG image", _SAVE)),
    (b"\xff\xd8\xff", FileKind("a JPEG image", _SAVE)),
    (b"OggS", FileKind("an Ogg recording", _SAVE)),
    (b"fLaC", FileKind("a FLAC recording", _SAVE)),
    *((b"ID3" + bytes([version]), FileKind("an MP3 recording", _SAVE)) for version in (2, 3, 4)),
    (b"\x1aE\xdf\xa3", FileKind("a Matroska or WebM video", _SAVE)),
    (_TORCH_BEFORE_ZIP, _TORCH),
    *((b"\x80" + bytes([protocol]), PICKLE) for protocol in range(2, 6)),
)

_TO_CONVERT: Final = MappingProxyType(
    {
        **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods"), FileKind("an Excel workbook", CONVERT_EXCEL)),
        **dict.fromkeys((".pkl", ".pickle", ".joblib"), PICKLE),
        **dict.fromkeys((".rdata", ".rda", ".rds"), R_DATA),
        ".mat": FileKind("a MATLAB file", CONVERT_MAT),
        ".json": FileKind("JSON text", CONVERT_JSON),
    }
)
"""Kinds by suffix, in lower case."""

_BY_TEXT: Final = (
    *((start, HTML_PAGE) for start in (b"<!doctype html", b"<html", b"<head", b"<body")),
    (b"<?xml", FileKind("an XML page", _AGAIN)),
    (b"@relation", FileKind("an ARFF table", "Rename it to .arff.", (".arff", ".csv", ".tsv", ".txt"))),
    (b"{", FileKind("JSON text", CONVERT_JSON, (".jsonl", ".ndjson"))),
    *((start, FileKind("JSON text", CONVERT_JSON)) for start in (b"[{", b"[[", b"[\n")),
)
"""Starts of texts in lower case, after blanks."""

_BY_MEMBER: Final = (
    (".npy", FileKind("a NumPy archive", "Rename it to .npz.", (".npz",))),
    ("data.pkl", _TORCH),
    ("xl/workbook.xml", FileKind("an Excel workbook", CONVERT_EXCEL)),
)
"""Ends of the names of the members of zip archives."""

_BINARY: Final = frozenset({"a NumPy array", "a NumPy archive", _TORCH.name, "an HDF5 file"})
"""Names of kinds whose parser fails where a file is damaged, and not where its numbers are other than expected."""

_TEXT_SUFFIXES: Final = (".csv", ".tsv", ".tab", ".txt", ".arff", ".jsonl", ".ndjson", ".gz", ".bz2", ".xz", ".zip")
_TEXT: Final = FileKind("text, as of a table", "Rename it to .csv, or download it again.", _TEXT_SUFFIXES)
_PRINTABLE: Final = bytes([*b"\t\n\r", *range(32, 127)])
_N_BYTES: Final = 4096
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")


def kind_of(content: bytes) -> FileKind | None:
    """The kind of a file by its bytes; none for one that has no mark, as numbers in text have none.

    Examples:
        >>> kind_of(b"<!DOCTYPE html><html>Sign in</html>").name
        'an HTML page'
    """
    start = content[:_N_BYTES]
    if start.startswith(b"\x1f\x8b") and _start_of_gzip(content).startswith((b"RDX", b"RDA", b"X\n\0\0\0")):
        return R_DATA
    if start.startswith(_ZIP):
        return _zip_kind(io.BytesIO(content))
    if start[4:8] == b"ftyp":
        return FileKind("an MP4 or MOV video", _SAVE)
    if start[:4] == b"RIFF" and start[8:12] in {b"WAVE", b"AVI "}:
        return FileKind("a WAV or AVI recording", _SAVE)
    if start and not any(start):
        return ZERO_BYTES
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    marks = [kind for mark, kind in _BY_START if start.startswith(mark)]
    marks += [kind for mark, kind in _BY_TEXT if text.startswith(mark)]
    return marks[0] if marks else None


def kind_of_file(path: Path) -> FileKind | None:
    """The kind of a file on disk, of which only the start is read, and of a zip archive the names of its members.

    Raises:
        DataError: If the file is missing or unreadable.
    """
    start = read_bytes(path, "feature file", DataError, limit=_N_BYTES)
    return _zip_kind(path) if start.startswith(_ZIP) else kind_of(start)


@contextmanager
def naming_kind(file: bytes | Path, path: Path, requirement: str) -> Iterator[None]:
    """Refuses what is no file of features, and names the kind of a file that the block, its parser, refuses.

    Raises:
        DataError: Naming what the file is, in place of the parser's error, where that is another kind of file.
    """
    kind = kind_of(file) if isinstance(file, bytes) else kind_of_file(file)
    if kind is None and isinstance(file, bytes) and _is_text(file[:_N_BYTES]):
        kind = _TEXT
    if kind in NEVER_FEATURES:
        raise _refusal(kind, path, requirement)
    try:
        yield
    except DataError as error:
        if kind is None:
            raise
        if not path.name.lower().endswith(kind.suffixes or ("\0",)):
            raise _refusal(kind, path, requirement) from None
        if kind.name in _BINARY and error.__cause__ and type(error.__cause__).__name__ != "UnpicklingError":
            raise DataError(f"{error.message} ({kind.name} that is cut short or damaged)", fix=_AGAIN) from error
        raise


def _is_text(start: bytes) -> bool:
    """Whether the start of a file is of printable ASCII alone, as numbers in text are."""
    return bool(start) and not start.translate(None, _PRINTABLE)


def conversion_of(path: Path) -> FileKind | None:
    """The kind of a file that has to be converted to be read, by its suffix, with the lines that convert it.

    Examples:
        >>> conversion_of(Path("features.npy")) is None
        True
    """
    kind = _TO_CONVERT.get(path.suffix.lower())
    return replace(kind, fix=_fix_of(kind, path)) if kind else None


def _fix_of(kind: FileKind, path: Path) -> str:
    """The next step with the names of a file in place of NAME."""
    return kind.fix.replace(f"NAME{path.suffix.lower()}", path.name).replace("NAME", path.stem)


def _start_of_gzip(content: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(content[:_N_BYTES], 16)
    except zlib.error:
        return b""


def _refusal(kind: FileKind, path: Path, requirement: str) -> DataError:
    return DataError(f"{path} must be {requirement}, got {kind.name}", fix=_fix_of(kind, path))


def _zip_kind(file: io.BytesIO | Path) -> FileKind:
    cut = FileKind("a zip archive that is cut short or damaged", _AGAIN)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return cut
    kinds = (kind for end, kind in _BY_MEMBER for name in names if name.endswith(end))
    return next(kinds, FileKind("a zip archive", _UNPACK, (".npz", ".pt", ".pth", ".bin")))
