from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import sha256_of
from blemore_cli.data.extracted import CLIPS_FILE
from blemore_cli.extraction.manifest import ClipRecord, Manifest, features_file
from blemore_cli.extraction.recipe import Recipe

RECIPE = Recipe(version=1, options={}, packages={"av": "1"}, weights={}, media={}, device="cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Manifest(tmp_path / "enc").begin(RECIPE)
    return tmp_path / "enc"


def record_of(folder: Path, clip: str, source: Path) -> ClipRecord:
    np.save(features_file(folder, clip), np.ones(3))
    state = source.stat()
    checksum = sha256_of(features_file(folder, clip))
    return ClipRecord(clip=clip, rows=1, size=state.st_size, mtime_ns=state.st_mtime_ns, sha256=checksum)


def test_records_are_read_again_and_the_last_of_a_clip_counts(folder: Path) -> None:
    manifest = Manifest(folder)
    manifest.add(ClipRecord(clip='a "b", c', failure="it is silent"))
    manifest.add(ClipRecord(clip="d", rows=7, seconds=1.25, damage="3 packets cannot be decoded"))
    manifest.add(ClipRecord(clip="d", rows=8))
    assert Manifest(folder).records == manifest.records
    assert Manifest(folder).records["d"].rows == 8


def test_a_record_that_was_being_written_is_left_out(folder: Path) -> None:
    manifest = Manifest(folder)
    manifest.add(ClipRecord(clip="a", rows=1))
    whole = (folder / CLIPS_FILE).read_text()
    for n in range(1, 8):
        (folder / CLIPS_FILE).write_text(whole + "b,,12,3.4,5,"[:n])
        (folder / ".tmp-b.npy.1234.npy").touch()
        again = Manifest(folder)
        assert set(again.records) == {"a"}
        again.begin(RECIPE)
        assert (folder / CLIPS_FILE).read_text() == whole
        assert not list(folder.glob(".tmp-*"))


def test_a_head_that_was_being_written_is_written_again(folder: Path) -> None:
    (folder / CLIPS_FILE).write_text("clip,failu")
    manifest = Manifest(folder)
    manifest.begin(RECIPE)
    manifest.add(ClipRecord(clip="a", rows=1))
    assert set(Manifest(folder).records) == {"a"}


def test_a_clip_is_done_while_its_source_and_features_are_the_same(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(b"film")
    manifest = Manifest(folder)
    manifest.add(record_of(folder, "a", source))
    assert manifest.is_done("a", source, retry_failed=True)
    assert not manifest.is_done("b", source, retry_failed=False)
    source.write_bytes(b"another film")
    assert not manifest.is_done("a", source, retry_failed=False)
    manifest.add(record_of(folder, "a", source))
    features_file(folder, "a").unlink()
    assert not manifest.is_done("a", source, retry_failed=False)


def test_a_failure_is_tried_again_on_request(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.touch()
    manifest = Manifest(folder)
    manifest.add(ClipRecord(clip="a", failure="it is silent", size=0, mtime_ns=source.stat().st_mtime_ns))
    assert manifest.is_done("a", source, retry_failed=False)
    assert not manifest.is_done("a", source, retry_failed=True)


def test_damaged_features_are_told(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.touch()
    manifest = Manifest(folder)
    for clip in ("a", "b", "c"):
        manifest.add(record_of(folder, clip, source))
    assert manifest.damaged() == []
    np.save(features_file(folder, "b"), np.zeros(3))
    features_file(folder, "c").unlink()
    assert Manifest(folder).damaged() == ["b", "c"]


def test_another_recipe_is_refused_with_the_difference(folder: Path) -> None:
    Manifest(folder).begin(RECIPE)
    with pytest.raises(ArtefactError, match="extracted in one way, and now packages av is 2, was 1"):
        Manifest(folder).begin(RECIPE.model_copy(update={"packages": {"av": "2"}}))


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones(3))
    with pytest.raises(ArtefactError, match="holds files of another origin"):
        Manifest(tmp_path).begin(RECIPE)


def test_damaged_records_are_refused(folder: Path) -> None:
    (folder / CLIPS_FILE).write_text("clip,rows\na,many\n")
    with pytest.raises(ArtefactError, match="is damaged"):
        Manifest(folder)
