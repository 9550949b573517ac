import gzip
import io
import json
import pickle
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import torch
from tests.fixtures.feature_files import npy, npz, pt, saved

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.array_file import PtFile
from blemore_cli.data.foreign import conversion_of, kind_of, kind_of_file, naming_kind


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "content")
    return file.getvalue()


def hdf5() -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as target:
        target["x"] = [1.0]
    return file.getvalue()


def refuse(content: bytes, path: Path) -> None:
    with naming_kind(content, path, "a table"):
        raise DataError("refused by its parser")


KINDS = {
    "an HTML page": b"\n<!DOCTYPE html>\n<html><body>Sign in</body></html>",
    "an XML page": b"\xef\xbb\xbf<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n",
    "a NumPy array": npy(np.ones(2)),
    "a NumPy archive": npz(x=np.ones(2)),
    "a file of torch.save": pt(torch.ones(2)),
    "an HDF5 file": hdf5(),
    "a Parquet table": pd.DataFrame({"a": [1]}).to_parquet(),
    "an Excel workbook": zipped("xl/workbook.xml"),
    "a zip archive": zipped("A.csv"),
    "a zip archive that is cut": npz(x=np.ones(2))[:-9],
    "a gzip archive": gzip.compress(b"a,b"),
    "a Python pickle": pickle.dumps({"A": [1.0]}),
    "a MATLAB file of version 5": b"MATLAB 5.0 MAT-file, Platform: GLNXA64",
    "an MP4 or MOV video": b"\0\0\0\x20ftypqt  ",
    "JSON text": b'{"error": "rate limit"}',
    "nothing but zero bytes": bytes(5000),
    "an Excel workbook of before": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99),
    "data of R": gzip.compress(b"RDX3\nX\n"),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_file_of_another_kind_is_named(name: str) -> None:
    path = Path("features/A.csv")
    with pytest.raises(DataError, match=rf"features/A\.csv must be a table, got {name}") as caught:
        refuse(KINDS[name], path)
    assert caught.value.fix


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("A.npy", "a NumPy array"),
        ("A.NPZ", "a NumPy archive"),
        ("A.pt", "a file of torch.save"),
        ("A.h5", "an HDF5 file"),
    ],
)
def test_a_file_of_its_own_kind_keeps_its_parsers_error(name: str, kind: str) -> None:
    with pytest.raises(DataError, match="refused by its parser"):
        refuse(KINDS[kind], Path(name))


def test_a_file_of_torch_before_its_zip_archives_is_no_pickle() -> None:
    content = saved(lambda file: torch.save(torch.ones(2), file, _use_new_zipfile_serialization=False))
    assert PtFile().features_of(content, Path("A.pt")).features.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("content", [b"", b"filename,a\nA,1\n", b"\xff\xfe\x00", b"1.5 2.5\n", b"PK,BZh", b"RIFF,ID3"])
def test_what_has_no_mark_is_left_to_the_parser(content: bytes) -> None:
    assert kind_of(content) is None


def test_a_pickle_gets_the_lines_that_convert_it() -> None:
    with pytest.raises(DataError) as caught:
        refuse(KINDS["a Python pickle"], Path("A.pkl"))
    assert len(caught.value.fix.splitlines()) == 4


@pytest.mark.parametrize("name", KINDS)
def test_a_file_on_disk_is_of_the_kind_of_its_bytes(name: str, tmp_path: Path) -> None:
    (tmp_path / "A").write_bytes(KINDS[name])
    assert kind_of_file(tmp_path / "A") == kind_of(KINDS[name])


@pytest.mark.parametrize(
    ("name", "kind", "lines"),
    [
        ("a.xlsx", "an Excel workbook", 'pd.read_excel("a.xlsx")'),
        ("a.PKL", "a Python pickle", 'np.savez("a.npz"'),
        ("a.mat", "a MATLAB file", 'loadmat("a.mat")'),
        ("a.json", "JSON text", 'open("a.json")'),
        ("a.rds", "data of R", 'readRDS("a.rds")'),
        ("a.RData", "data of R", 'write.csv(table, "a.csv"'),
    ],
)
def test_formats_to_convert_are_named_with_the_lines_that_convert_them(name: str, kind: str, lines: str) -> None:
    conversion = conversion_of(Path("f") / name)
    assert conversion is not None
    assert conversion.name == kind
    assert lines in conversion.fix


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # files that the lines leave open
def test_the_lines_that_convert_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clips = {"A1_ang_int1_ver1": [0.5, 1.5], "test_0001": [2.5, 3.5]}
    (tmp_path / "a.json").write_text(json.dumps(clips))
    (tmp_path / "b.pkl").write_bytes(pickle.dumps(clips))
    for name in ("a.json", "b.pkl"):
        conversion = conversion_of(Path(name))
        assert conversion is not None
        exec("\n".join(line.strip() for line in conversion.fix.split("\n")[1:]), {})  # noqa: S102
        with np.load(Path(name).stem + ".npz") as archive:
            assert {clip: archive[clip].tolist() for clip in archive} == clips


def test_text_under_the_suffix_of_a_binary_format_is_named() -> None:
    with pytest.raises(DataError, match="got text, as of a table") as caught, naming_kind(b"a,b\n", Path("t.npz"), "x"):
        raise DataError("refused by its parser")
    assert ".csv" in caught.value.fix
    for content, name in [(b"a,b\n", "t.csv"), (b"\x00\x01", "t.npz")]:
        with pytest.raises(DataError, match="refused by its parser"), naming_kind(content, Path(name), "x"):
            raise DataError("refused by its parser")
