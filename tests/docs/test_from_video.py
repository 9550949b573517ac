"""`docs/from_video.md` from an empty folder with thirty clips to a report with scores."""

from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile
from tests.docs.blocks import ROOT, blocks
from tests.docs.conftest import Run
from tests.opensmile_package import usable_opensmile

usable_opensmile()
pytest.importorskip("av", reason="the package av is not installed")

DOCUMENT = ROOT / "docs" / "from_video.md"
EMOTIONS = ("ang", "disg", "fea", "hap", "sad", "neu")


def write_clip(path: Path, actor: int, emotion: int) -> None:
    """A second of a voice: harmonics of an actor's pitch, as loud and as bright as an emotion."""
    time = np.arange(16_000) / 16_000
    pitch = 90 + 15 * actor
    brightness = 1.5 - 0.2 * emotion
    harmonics = [np.sin(2 * np.pi * pitch * k * time) / k**brightness for k in range(1, 12)]
    noise = np.random.default_rng(100 * actor + emotion).normal(scale=0.05, size=len(time))
    wave = np.sum(harmonics, axis=0) + noise
    wavfile.write(path, 16_000, (wave / np.abs(wave).max() * 20_000).astype(np.int16))


def write_metadata(path: Path) -> None:
    header = "filename,video_id,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience,fold"
    rows = [
        f"A{101 + actor}_{emotion}_int1_ver1,A{101 + actor},0,{emotion},,100,,{actor}"
        for actor in range(5)
        for emotion in EMOTIONS
    ]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_five_commands_lead_from_clips_to_a_report(tmp_path: Path, run_line: Run) -> None:
    (tmp_path / "clips").mkdir()
    for number in range(30):
        actor, emotion = number // 6, number % 6
        write_clip(tmp_path / "clips" / f"A{101 + actor}_{EMOTIONS[emotion]}_int1_ver1.wav", actor, emotion)
    write_metadata(tmp_path / "train_metadata.csv")
    (session,) = [block for block in blocks(DOCUMENT) if block.language == "console"]
    lines = session.text.splitlines()
    assert len(lines) == 5
    for line in lines:
        run_line(line, tmp_path)
    assert "Score" in (tmp_path / "report.html").read_text(encoding="utf-8")
