import os
from pathlib import Path

import numpy as np

from blemore_cli.data.features.search.walk import Unmatched, Walk


def files(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        with (folder / name).open("wb") as file:
            np.save(file, np.ones(3))


def walk(path: Path) -> Walk:
    result = Walk({"A", "B"}.__contains__)
    result.look_at(path)
    return result


def located(path: Path) -> dict[str, str]:
    return {each.source.path.relative_to(path).as_posix(): each.source.name for each in walk(path).located}


def test_encoders_at_any_depth(tmp_path: Path) -> None:
    for place in ("a", "b/c", "b/d/e/f"):
        files(tmp_path / place, "A.npy")
    assert located(tmp_path) == {"a": "a", "b/c": "c", "b/d/e/f": "f"}
    files(tmp_path / "a/inside", "B.npy")
    assert located(tmp_path)["a/inside"] == "inside"


def test_links_have_their_own_names_and_loops_end(tmp_path: Path) -> None:
    files(tmp_path / "scratch/npy", "A.npy")
    (tmp_path / "f").mkdir()
    for name in ("wavlm", "hubert"):
        (tmp_path / "f" / name).symlink_to(tmp_path / "scratch/npy")
    (tmp_path / "f/loop").symlink_to(tmp_path / "f")
    (tmp_path / "scratch/npy/up").symlink_to(tmp_path / "scratch")
    assert located(tmp_path / "f")["wavlm"] == "wavlm"
    assert located(tmp_path / "f")["hubert"] == "hubert"
    reasons = {entry.path.relative_to(tmp_path / "f").as_posix(): entry for entry in walk(tmp_path / "f").passed_over}
    assert {"loop", "hubert/up", "wavlm/up"} == set(reasons)


def test_every_entry_is_recognised_or_passed_over(tmp_path: Path) -> None:
    files(tmp_path / "wavlm", "A.npy", "B (1).npy", "foreign.npy", "notes.txt")
    files(tmp_path / "pictures/deep", "a.jpg")
    (tmp_path / "empty").mkdir()
    (tmp_path / "pack.zip").write_bytes(b"x")
    (tmp_path / "gone").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    for litter in (".DS_Store", "Thumbs.db", "__MACOSX"):
        (tmp_path / litter).mkdir()
    names = {entry.path.relative_to(tmp_path).as_posix() for entry in walk(tmp_path).passed_over}
    assert names == {
        *("wavlm/B (1).npy", "wavlm/foreign.npy", "wavlm/notes.txt"),
        *("pictures", "empty", "pack.zip", "gone", "pipe"),
    }


def test_an_archive_in_a_folder_of_other_things_is_listed_by_itself(tmp_path: Path) -> None:
    files(tmp_path / "wavlm", "A.npy")
    files(tmp_path / "downloads", "a.jpg", "pack.zip")
    assert [entry.path.name for entry in walk(tmp_path).passed_over] == ["pack.zip"]


def test_hidden_folders_are_listed_where_they_hold_clips(tmp_path: Path) -> None:
    files(tmp_path / "wavlm", "A.npy")
    files(tmp_path / ".old/wavlm", "A.npy")
    files(tmp_path / ".git", "HEAD")
    assert [(entry.path.name, entry.reason) for entry in walk(tmp_path).passed_over] == [
        (".old", "it is hidden: its name begins with a dot")
    ]


def test_files_of_no_known_clip_are_unmatched_where_nothing_else_is(tmp_path: Path) -> None:
    files(tmp_path / "wavlm", "clip-1.npy", "clip-2.npy")
    assert walk(tmp_path).unmatched == [Unmatched(tmp_path / "wavlm", tmp_path, ["clip-1.npy", "clip-2.npy"])]
    files(tmp_path / "wavlm/train", "A.npy")
    assert walk(tmp_path).unmatched == []


def test_folders_named_after_clips(tmp_path: Path) -> None:
    files(tmp_path / "frames/A", "0001.jpg")
    assert [entry.path.name for entry in walk(tmp_path).passed_over] == ["frames"]
    files(tmp_path / "clips/B", "hubert.npy", "wavlm.npy")
    assert walk(tmp_path).unmatched == [Unmatched(tmp_path / "clips", tmp_path, ["B"], has_folders=True)]
