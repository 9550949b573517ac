from pathlib import Path

import numpy as np
import pytest
from tests.fixtures.encoders import Brightness, Broken, Identity, Loudness
from tests.fixtures.media import make_clip

from blemore_cli.core.errors import UsageError
from blemore_cli.extraction.clip import ClipTask, extract_clip
from blemore_cli.extraction.encoders import ENCODERS
from blemore_cli.extraction.encoders.families import spec_of
from blemore_cli.extraction.media.files import ClipMedia

pytest.importorskip("av", reason="the package av is not installed")


@pytest.fixture(autouse=True)
def encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    children = {"brightness": Brightness, "loudness": Loudness, "broken": Broken, "identity": Identity}
    for name, child in children.items():
        monkeypatch.setitem(ENCODERS, name, child)


def task(out: Path, media: ClipMedia, *names: str) -> ClipTask:
    for name in names:
        (out / name).mkdir(parents=True, exist_ok=True)
    return ClipTask(media, tuple(spec_of(name, {}) for name in names), out, "cpu")


def test_one_decoding_serves_all_encoders(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4")
    media = ClipMedia("a", path, path)
    records = extract_clip(task(tmp_path / "out", media, "brightness", "loudness", "identity"))
    shapes = {name: np.load(tmp_path / "out" / name / "a.npy").shape for name in records}
    assert shapes == {"brightness": (50, 3), "loudness": (19, 2), "identity": (3,)}
    assert {name: record.rows for name, record in records.items()} == {"brightness": 50, "loudness": 19, "identity": 1}
    assert records["brightness"].frames == 50
    assert not any(record.failure for record in records.values())
    state = path.stat()
    assert {(record.size, record.mtime_ns) for record in records.values()} == {(state.st_size, state.st_mtime_ns)}


def test_an_encoder_that_fails_leaves_the_others_alone(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4")
    records = extract_clip(task(tmp_path / "out", ClipMedia("a", path, path), "broken", "brightness"))
    assert records["broken"].failure == "RuntimeError: out of luck with frames"
    assert records["brightness"].failure == ""
    assert not list((tmp_path / "out" / "broken").iterdir())


def test_media_without_a_picture_or_without_sound_fail_with_a_reason(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "a.mp4", n_frames=5, has_sound=False)
    records = extract_clip(task(tmp_path / "out", ClipMedia("a", film, film), "loudness", "brightness"))
    assert records["loudness"].failure == "the file must have sound, and has none"
    assert records["brightness"].rows == 5
    (sound,) = extract_clip(task(tmp_path / "out", ClipMedia("b", None, film), "brightness")).values()
    assert sound.failure == "it has no picture, only sound"


def test_a_damaged_file_is_a_failure_of_all_its_encoders(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("no film")
    records = extract_clip(task(tmp_path / "out", ClipMedia("a", path, path), "loudness", "brightness"))
    assert len({record.failure for record in records.values()}) == 1
    assert records["loudness"].failure.startswith("the file must be a media file")


def test_a_package_that_is_missing_is_no_failure_of_a_clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Uninstalled(Loudness):
        def open(self, device: str) -> None:
            raise UsageError(f"this encoder needs a package on {device}", fix="Install it.")

    monkeypatch.setitem(ENCODERS, "uninstalled", Uninstalled)
    path = make_clip(tmp_path / "a.mp4", n_frames=5)
    with pytest.raises(UsageError, match="needs a package"):
        extract_clip(task(tmp_path / "out", ClipMedia("a", path, path), "uninstalled"))
