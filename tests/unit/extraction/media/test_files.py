from pathlib import Path

import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.extraction.media.files import find_media


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_every_media_file_is_a_clip_where_none_are_wanted(tmp_path: Path) -> None:
    touch(tmp_path, "b.MOV", "train/a.mp4", "notes.txt", "._a.mp4", "__MACOSX/c.mp4")
    media = find_media([tmp_path], None)
    assert [(each.clip, each.video, each.sound) for each in media.clips] == [
        ("a", tmp_path / "train/a.mp4", tmp_path / "train/a.mp4"),
        ("b", tmp_path / "b.MOV", tmp_path / "b.MOV"),
    ]
    assert media.notes == []


def test_a_sound_file_beside_a_video_is_its_sound(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "a.wav", "b.flac")
    first, second = find_media([tmp_path], None).clips
    assert (first.video, first.sound) == (tmp_path / "a.mp4", tmp_path / "a.wav")
    assert (second.video, second.sound) == (None, tmp_path / "b.flac")


def test_clips_without_media_and_media_without_clips_are_counted(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "x.mp4")
    media = find_media([tmp_path], ["a", "b", "c"])
    assert [each.clip for each in media.clips] == ["a"]
    assert media.notes == ["2 of 3 clips have no media file: b, c", "1 media files are of no clip of the metadata: x"]


def test_two_files_of_one_clip_are_refused(tmp_path: Path) -> None:
    touch(tmp_path, "one/a.mp4", "two/a.mov")
    with pytest.raises(DataError, match=r"one file of video, got .*one/a\.mp4 and .*two/a\.mov of a"):
        find_media([tmp_path], None)


@pytest.mark.parametrize(
    ("folder", "message"),
    [("gone", "but does not exist"), ("file.txt", "but is a file"), ("empty", "must hold media files")],
)
def test_folders_without_media_are_refused(tmp_path: Path, folder: str, message: str) -> None:
    touch(tmp_path, "file.txt")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=message):
        find_media([tmp_path / folder], None)


def test_names_of_no_clip_are_refused_with_the_nearest(tmp_path: Path) -> None:
    touch(tmp_path, "A101_ang_int1_ver_1.mp4")
    with pytest.raises(DataError, match="nearest name of a clip to A101_ang_int1_ver_1 is A101_ang_int1_ver1"):
        find_media([tmp_path], ["A101_ang_int1_ver1", "A102_hap_int1_ver1"])


@pytest.mark.parametrize("name", ["=cmd.wav", "a\nb.wav", "\x1b[2J.mp4"])
def test_a_name_that_would_harm_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="must have a printable name"):
        find_media([touch(tmp_path, name)], None)
