from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import wavfile
from tests.fixtures.encoders import Brightness, Broken, Loudness
from tests.fixtures.media import make_clip

from blemore_cli.core.errors import ArtefactError, DataError, LostWorkerError
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.task_outcome import Failed, failure
from blemore_cli.extraction import extract
from blemore_cli.extraction.encoders import ENCODERS
from blemore_cli.extraction.encoders.families import spec_of
from blemore_cli.extraction.extract import N_ALIKE, Extraction, ExtractionPlan, extract_all
from blemore_cli.extraction.media.files import find_media

pytest.importorskip("av", reason="the package av is not installed")


@pytest.fixture(autouse=True)
def encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, child in {"brightness": Brightness, "loudness": Loudness, "broken": Broken}.items():
        monkeypatch.setitem(ENCODERS, name, child)


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    for number in range(3):
        make_clip(folder / f"clip_{number}.mp4", n_frames=5 + number, size=(32, 32), codec="mpeg4", pixels="yuv420p")
    make_clip(folder / "mute.mp4", n_frames=4, size=(32, 32), codec="mpeg4", has_sound=False)
    return folder


def extracted(media: Path, *names: str, retry_failed: bool = False) -> Extraction:
    specs = [spec_of(name, {}) for name in names]
    return extract_all(
        ExtractionPlan(find_media([media], None).clips, specs, media.parent / "out", jobs=1, retry_failed=retry_failed)
    )


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.npy")}


def test_every_clip_has_a_file_of_each_encoder_or_a_failure(media: Path) -> None:
    extraction = extracted(media, "brightness", "loudness")
    out = media.parent / "out"
    assert sorted(content(out)) == [
        *(f"brightness/clip_{number}.npy" for number in range(3)),
        "brightness/mute.npy",
        *(f"loudness/clip_{number}.npy" for number in range(3)),
    ]
    assert np.load(out / "brightness" / "clip_2.npy").shape == (7, 3)
    assert extraction.n_new == 4
    failures = {
        name: [r.clip for r in each.records.values() if r.failure] for name, each in extraction.manifests.items()
    }
    assert failures == {"brightness": [], "loudness": ["mute"]}


def test_a_second_run_does_what_is_missing(media: Path) -> None:
    extracted(media, "brightness", "loudness")
    before = content(media.parent / "out")
    assert extracted(media, "brightness", "loudness").n_new == 0
    (media.parent / "out" / "loudness" / "clip_1.npy").unlink()
    make_clip(media / "clip_3.mp4", n_frames=5, size=(32, 32), codec="mpeg4")
    assert extracted(media, "brightness", "loudness").n_new == 2
    after = content(media.parent / "out")
    assert {name: after[name] for name in before} == before
    assert extracted(media, "brightness", "loudness", retry_failed=True).n_new == 1


def test_an_encoder_that_fails_on_the_first_clips_alike_stops_everything(media: Path) -> None:
    for number in range(N_ALIKE):
        (media / f"more_{number:02d}.mp4").write_bytes((media / "clip_0.mp4").read_bytes())
    with pytest.raises(DataError, match=rf"failed on the first {N_ALIKE} alike .*: RuntimeError: out of luck"):
        extracted(media, "brightness", "broken")
    assert not list((media.parent / "out" / "broken").glob("*.npy"))
    again = extracted(media, "brightness")
    assert again.n_new < 4 + N_ALIKE


def test_few_failures_alike_are_recorded(media: Path) -> None:
    records = extracted(media, "broken").manifests["broken"].records
    assert {record.failure for record in records.values()} == {"RuntimeError: out of luck with frames"}


class FirstClipKills(Engine):
    """Workers that the first clip kills, as media do that a decoder stumbles over."""

    def outcomes(
        self, work: Callable[[Any], Any], tasks: Sequence[Any], progress: Callable[[float], None]
    ) -> Iterator[tuple[int, Any | Failed]]:
        progress(0.0)
        yield 0, failure(LostWorkerError("its process was killed"))
        yield from ((number, work(task)) for number, task in enumerate(tasks) if number)

    def end(self) -> None:
        pass


def test_a_clip_that_kills_its_process_has_failed_and_the_others_have_not(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(extract, "new_engine", lambda _: FirstClipKills())
        records = extracted(media, "brightness").manifests["brightness"].records
    assert [record.failure for record in records.values()] == ["its process was killed", "", "", ""]
    assert extracted(media, "brightness").n_new == 0
    assert not any(
        record.failure
        for record in extracted(media, "brightness", retry_failed=True).manifests["brightness"].records.values()
    )


def test_two_extractions_at_once_are_refused(media: Path) -> None:
    import json
    import os
    import platform

    out = media.parent / "out"
    out.mkdir()
    start = Path("/proc/1/stat").read_text().rpartition(")")[2].split()[19]
    holder = {"pid": 1, "host": platform.node(), "started": start}
    (out / ".extract.lock").write_text(json.dumps(holder))
    assert os.getpid() != 1
    with pytest.raises(ArtefactError, match="one command at a time works on"):
        extracted(media, "brightness")


def test_a_sound_file_that_comes_later_is_the_sound_of_its_clip(media: Path) -> None:
    extracted(media, "brightness", "loudness")
    wavfile.write(media / "clip_0.wav", 16_000, np.full(16_000, 8_000, dtype=np.int16))
    assert extracted(media, "brightness", "loudness").n_new == 1
    assert len(np.load(media.parent / "out" / "loudness" / "clip_0.npy")) == 10
