from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.fixtures.media import make_clip

from blemore_cli.extraction.contact_sheet import MOST_CLIPS, Trouble, draw_contact_sheet, troubles
from blemore_cli.extraction.manifest import ClipRecord, Manifest
from blemore_cli.extraction.media.files import ClipMedia
from blemore_cli.extraction.recipe import Recipe

RECIPE = Recipe(version=1, options={}, packages={}, weights={}, media={}, device="cpu")


def manifest(folder: Path, *records: ClipRecord) -> Manifest:
    made = Manifest(folder)
    made.begin(RECIPE)
    for record in records:
        made.add(record)
    return made


def test_clips_with_trouble_are_told_once_with_their_encoders(tmp_path: Path) -> None:
    face = manifest(
        tmp_path / "face",
        ClipRecord(clip="b", failure="no face in any frame", frames=9, lost=9),
        ClipRecord(clip="a", rows=3, frames=9, lost=6, damage="a gap of 1.0 s between frames"),
        ClipRecord(clip="c", rows=9, frames=9, lost=1),
    )
    mesh = manifest(tmp_path / "mesh", ClipRecord(clip="b", failure="no face in any frame", frames=9, lost=9))
    voice = manifest(tmp_path / "voice", ClipRecord(clip="b", failure="it is silent"))
    assert troubles({"face": face, "mesh": mesh, "voice": voice}) == [
        Trouble("a", ("face: a gap of 1.0 s between frames", "face: no face in 6 of 9 frames")),
        Trouble("b", ("face, mesh: no face in any frame", "voice: it is silent")),
    ]


def test_a_sheet_shows_frames_and_words(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="the package av is not installed")
    film = make_clip(tmp_path / "a.mp4", n_frames=50)
    broken = tmp_path / "b.mp4"
    broken.write_text("no film")
    media = {"a": ClipMedia("a", film, film), "b": ClipMedia("b", broken, broken)}
    path = tmp_path / "sheet.png"
    draw_contact_sheet([Trouble("a", ("x: y",)), Trouble("b", ("x: y", "z: w")), Trouble("gone", ())], media, path)
    with Image.open(path) as sheet:
        picture = np.asarray(sheet)
    is_used = (picture != 255).any(axis=(1, 2))
    n_words = 5 * 18
    assert is_used[:14].sum() == 0
    assert 90 < is_used.sum() < 90 + n_words
    draw_contact_sheet([Trouble(str(number), ("x: y",)) for number in range(3 * MOST_CLIPS)], {}, path)
    with Image.open(path) as sheet:
        assert sheet.height == 14 + MOST_CLIPS * (2 * 18 + 14)
