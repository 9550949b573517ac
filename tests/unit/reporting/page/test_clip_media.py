from pathlib import Path

import pytest
from tests.fixtures.media import make_clip

from blemore_cli.extraction.media.files import ClipMedia
from blemore_cli.reporting.page.clip_media import NO_MEDIA, embedded_bytes, embedded_media, linked_media

pytest.importorskip("av", reason="the package av is not installed")


def test_links_are_relative_to_the_page_and_safe_in_an_address(tmp_path: Path) -> None:
    film, sound = tmp_path / "clips" / "a b#1%.mp4", tmp_path / "clips" / "x:y.wav"
    media = linked_media([ClipMedia("a", film, film), ClipMedia("b", film, sound)], tmp_path / "out" / "report.html")
    assert media.video == {"a": "../clips/a%20b%231%25.mp4", "b": "../clips/a%20b%231%25.mp4"}
    assert media.sound == {"b": "../clips/x%3Ay.wav"}
    assert "file:" in media.allowed
    assert media.is_linked
    assert not NO_MEDIA


def test_previews_are_inside_the_page_and_broken_media_are_left_out(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "a.mp4", n_frames=30, size=(64, 48), codec="mpeg4")
    broken = tmp_path / "b.mp4"
    broken.write_text("no film")
    clips = [ClipMedia("a", film, film), ClipMedia("b", broken, broken)]
    numbers: list[int] = []
    media = embedded_media(clips, numbers.append)
    assert set(media.strip) == set(media.sound) == {"a"}
    assert media.strip["a"].startswith("data:image/jpeg;base64,")
    assert media.sound["a"].startswith("data:audio/mpeg;base64,")
    assert numbers == [1, 2]
    assert embedded_bytes(clips) == len(media.strip["a"]) + len(media.sound["a"])
    assert embedded_bytes([]) == 0
