from pathlib import Path

import numpy as np
import pytest
from tests.fixtures.encoders import Brightness

from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.extracted import FAILURES_TABLE
from blemore_cli.extraction.encoders import ENCODERS
from blemore_cli.extraction.encoders.families import spec_of
from blemore_cli.extraction.manifest import ClipRecord, Manifest, features_file
from blemore_cli.extraction.recipe import Recipe
from blemore_cli.extraction.summary import failures_among, summaries, write_failures

RECIPE = Recipe(version=1, options={}, packages={}, weights={}, media={}, device="cpu")


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    monkeypatch.setitem(ENCODERS, "brightness", Brightness)
    folder = tmp_path / "brightness"
    Manifest(folder).begin(RECIPE)
    np.save(features_file(folder, "a"), np.zeros((7, 3), dtype=np.float32))
    made = Manifest(folder)
    made.add(ClipRecord(clip="a", rows=7, frames=10, lost=3, damage="a gap of 1.0 s between frames"))
    made.add(ClipRecord(clip="b", frames=10, lost=10, failure="no face in any frame"))
    made.add(ClipRecord(clip="c", failure="no face in any frame"))
    made.add(ClipRecord(clip="d", failure="it is silent"))
    return made


def test_counts_of_an_encoder(manifest: Manifest) -> None:
    counts = summaries([spec_of("brightness", {})], {"brightness": manifest}, ["a", "b", "c", "d", "unseen"])
    summary = counts["brightness"]
    assert (summary.done, summary.failed, summary.width, summary.modality, summary.rows) == (1, 3, 3, "video", 7)
    assert summary.lost == pytest.approx(13 / 20)
    assert (summary.damaged, summary.reason) == (1, "no face in any frame")


def test_failures_are_those_of_the_clips_that_are_asked_for(manifest: Manifest) -> None:
    failures = failures_among({"brightness": manifest}, ["a", "c", "unseen"])
    assert [(name, record.clip) for name, record in failures] == [("brightness", "c")]


def test_failures_are_written_and_the_file_goes_when_there_are_none(manifest: Manifest, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    Manifest(earlier).begin(RECIPE)
    Manifest(earlier).add(ClipRecord(clip="a", failure="it is silent"))
    write_failures(tmp_path)
    lines = (tmp_path / FAILURES_TABLE).read_text().splitlines()
    assert lines[:3] == ["clip,encoder,failure", "a,earlier,it is silent", "b,brightness,no face in any frame"]
    for clip in "bcd":
        manifest.add(ClipRecord(clip=clip, rows=1))
    Manifest(earlier).add(ClipRecord(clip="a", rows=1))
    write_failures(tmp_path)
    assert not (tmp_path / FAILURES_TABLE).exists()


@pytest.mark.parametrize("start", [b"\x93NUMPY\x01\0\xff\xff{", b"\x93NUMPY\x01\0\x04\0{'a\n", b"text", b""])
def test_damaged_features_are_named(manifest: Manifest, start: bytes) -> None:
    features_file(manifest.folder, "a").write_bytes(start)
    with pytest.raises(ArtefactError, match=r"a\.npy must be the features that were extracted, and is damaged"):
        summaries([spec_of("brightness", {})], {"brightness": manifest}, ["a"])


def test_a_failure_is_no_formula_of_a_spreadsheet(manifest: Manifest, tmp_path: Path) -> None:
    manifest.add(ClipRecord(clip="e", failure="=cmd|' /C calc'!A0"))
    write_failures(tmp_path)
    assert "e,brightness,'=cmd|" in (tmp_path / FAILURES_TABLE).read_text()
