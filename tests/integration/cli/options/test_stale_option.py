"""`--stale`: every command that reads an index refuses one whose files have changed since it was built."""

import os
from pathlib import Path

import pytest
from tests.integration.conftest import Blemore, parsed

pytestmark = pytest.mark.slow

READING = [
    ["train"],
    ["cv"],
    ["ablate"],
    ["baseline"],
    ["inspect", "--no-shift"],
    ["identify", "--encoder", "wavlm", "--out", "persons.csv"],
    ["submit", "--out", "preds.csv"],
    ["explain"],
    ["report"],
]


def change_a_label(project: Path) -> None:
    path = project / "train_metadata.csv"
    header, first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([header, *rest, first, ""]))


def test_every_command_that_reads_the_index_refuses_a_stale_one(trained: Path, blemore: Blemore) -> None:
    change_a_label(trained)
    (clip, *_) = sorted((trained / "features/openface").glob("*"))
    clip.write_text(clip.read_text() + "\n")
    before = sorted(trained.rglob("*"))
    for words in READING:
        done = blemore(*words, cwd=trained)
        assert done.returncode == 4, words
        what = f"changed since `blemore index`: train_metadata.csv; encoder openface: 1 file changed ({clip.name})"
        assert what in done.stderr.replace("\n", " "), words
        assert "--stale allow" in done.stderr
    assert sorted(trained.rglob("*")) == before


def test_a_stale_index_is_read_with_a_note_where_that_is_wanted_and_mended_by_index(
    trained: Path, blemore: Blemore
) -> None:
    before = parsed(blemore("inspect", "--no-shift", "--json", cwd=trained))
    change_a_label(trained)
    done = blemore("inspect", "--no-shift", "--stale", "allow", "--json", cwd=trained)
    assert parsed(done) == before
    assert "note: " in done.stderr
    assert "changed since `blemore index`: train_metadata.csv" in done.stderr
    assert blemore("submit", "--out", "preds.csv", "--stale", "allow", "--quiet", cwd=trained).returncode == 0
    assert blemore("index", "--quiet", cwd=trained).returncode == 0
    assert parsed(blemore("inspect", "--no-shift", "--json", cwd=trained))["sha256"] != before["sha256"]
    assert (
        blemore("submit", "--out", "preds.csv", "--quiet", cwd=trained).returncode == 4
    )  # the run is of the other one


def test_an_index_of_another_place_and_files_of_another_time_are_read(trained: Path, blemore: Blemore) -> None:
    for path in (trained / "features").rglob("*"):
        os.utime(path, (1, 1))
    assert "note" not in blemore("inspect", "--no-shift", cwd=trained).stderr
    (trained / "features").rename(trained / "gone")
    assert blemore("inspect", "--no-shift", cwd=trained).returncode == 0
    assert blemore("inspect", trained / "index.h5", "--no-shift", cwd=trained.parent).returncode == 0
