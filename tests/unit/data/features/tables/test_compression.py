import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.tables import compression
from blemore_cli.data.features.tables.compression import decompressed, head


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


CONTENTS = {
    ".gz": gzip.compress(b"abc"),
    ".bz2": bz2.compress(b"abc"),
    ".xz": lzma.compress(b"abc"),
    ".zip": zipped({"a": b"abc"}),
}


@pytest.mark.parametrize("suffix", CONTENTS)
def test_compressed_files_are_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"t.csv{suffix}"
    path.write_bytes(CONTENTS[suffix])
    assert decompressed(CONTENTS[suffix], path) == b"abc"
    assert head(path, 2) == b"ab"
    without_suffix = decompressed(CONTENTS[suffix], tmp_path / "t.csv")
    assert without_suffix == (CONTENTS[suffix] if suffix == ".zip" else b"abc")  # it may be a workbook, or an archive


def test_a_suffix_alone_does_not_compress(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(b"a,b\n")
    assert head(tmp_path / "t.csv.gz", 9) == decompressed(b"a,b\n", tmp_path / "t.csv.gz") == b"a,b\n"


def test_an_archive_must_hold_one_file() -> None:
    assert decompressed(zipped({"x/a": b"abc", "__MACOSX/a": b""}), Path("t.zip")) == b"abc"
    with pytest.raises(ValueError, match="one file, got a, b"):
        decompressed(zipped({"a": b"", "b": b""}), Path("t.zip"))


def test_damage_and_traps_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EOFError):
        decompressed(CONTENTS[".gz"][:-9], Path("t.gz"))
    monkeypatch.setattr(compression, "MAX_BYTES", 2)
    with pytest.raises(DataError, match="at most"):
        decompressed(CONTENTS[".gz"], Path("t.gz"))


def test_much_more_than_the_file_is_a_trap(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(bytes(1 << 20))
    assert len(decompressed(bomb, Path("t.gz"))) == 1 << 20
    monkeypatch.setattr(compression, "USUAL_BYTES", 1 << 10)
    with pytest.raises(DataError, match="at most"):
        decompressed(bomb, Path("t.gz"))
