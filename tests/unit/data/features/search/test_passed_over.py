import os
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from blemore_cli.data.features.search.passed_over import (
    PassedOver,
    as_lines,
    is_litter,
    passed_over_file,
    passed_over_folder,
    without_features,
)


def is_clip(name: str) -> bool:
    return name in {"A", "B"}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.npz.part", b"x", "unfinished download"),
        ("a.tar.gz", b"x", "an archive: unpack it"),
        ("a.csv", b"", "it is empty"),
        ("A (1).npy", b"x", "a copy of the file of A"),
        ("C.npy", b"x", "no known clip's"),
        ("a.mp4", b"x", "a recording"),
        ("a.pkl", b"x", "a Python pickle, which is never loaded"),
        ("a.bin", b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
        ("metadata.csv", b"filename,fold,emotion_1\nA,0,ang\n", "metadata and no features"),
        (
            "codes.csv",
            b"filename,class_code,age,fold\nA,0,3,1\n",
            "of labels, persons or time, and no features: class_code",
        ),
        ("page.npz", b"<!DOCTYPE html>", "it is an HTML page"),
        ("weights.npz", b"x", "its name is no known clip's"),
        ("README.md", b"x", "of no format of features"),
        ("paper.pdf", b"%PDF-1.4", "a PDF document"),
    ],
)
def test_a_file_is_passed_over_for_a_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert reason in passed_over_file(tmp_path / name, is_clip).reason


def test_an_index_is_read_where_it_is_named(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "index.h5", "w") as file:
        file.attrs["format"] = "blemore-index"
    assert "named itself" in passed_over_file(tmp_path / "index.h5", is_clip).reason


def test_clips_in_a_zip_archive_are_counted(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        for name in ("E_test/A.npy", "E_test/B.mov.npy", "E_test/C.npy", "__MACOSX/._A.npy"):
            archive.writestr(name, "x")
    entry = passed_over_file(tmp_path / "pack.zip", is_clip)
    assert entry == PassedOver(tmp_path / "pack.zip", "it is an archive with files of 2 clips: unpack it", True)


def test_links_to_nothing_name_their_target(tmp_path: Path) -> None:
    (tmp_path / "wavlm").symlink_to("/scratch/gone")
    assert "a link to /scratch/gone, which is not there" in passed_over_file(tmp_path / "wavlm", is_clip).reason


def test_folders_that_are_not_searched(tmp_path: Path) -> None:
    for name in ("venv/pyvenv.cfg", "run/config.yaml", "run/index.sha256", "other/config.yaml", "node_modules/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    reasons = {path.name: passed_over_folder(path, ()) for path in tmp_path.iterdir()}
    assert {name: entry and entry.reason for name, entry in reasons.items()} == {
        "venv": "it is a virtual environment of Python",
        "run": "it is a run of this toolkit",
        "other": None,
        "node_modules": "it is a folder of packages",
    }
    (tmp_path / "loop").symlink_to(tmp_path)
    entry = passed_over_folder(tmp_path / "loop", {os.path.realpath(tmp_path)})
    assert entry is not None
    assert "a link to a folder that it lies in" in entry.reason


def test_a_folder_of_other_things_is_summed_up(tmp_path: Path) -> None:
    assert without_features(tmp_path).reason == "it is empty"
    (tmp_path / "a.jpg").touch()
    (tmp_path / "b").mkdir()
    np.savez(tmp_path / "c.jpg", x=1)
    assert without_features(tmp_path).reason == "it holds no features, but 1 .jpg, 1 folder, 1 .npz"


def test_litter_is_told_by_its_name() -> None:
    names = ("Thumbs.db", "desktop.ini", "__MACOSX", "failures.csv", "failures.png", "hubert")
    assert [is_litter(Path("f") / name) for name in names] == [True] * 5 + [False]


def test_lines_group_what_has_one_reason() -> None:
    entries = [PassedOver(Path("f") / name, "it is text") for name in "abcde"]
    assert as_lines([*entries, PassedOver(Path("g/x"), "it is empty")]) == [
        "not read: 5 in f (a, b, c and 2 more), each because it is text",
        "not read: g/x because it is empty",
    ]
