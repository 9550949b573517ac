"""Real voices: speakers of anonymous clips are found by `extract --encoder voice` and `identify`."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from tests.integration.conftest import Blemore
from tests.real_media import VOICES, needs_voices

pytest.importorskip("av", reason="the package av is not installed")
pytestmark = [pytest.mark.slow, needs_voices]

N_TRAIN = 8
"""Clips of each voice that are training clips; the other twelve are anonymous."""


def write_clips(folder: Path) -> dict[str, str]:
    """Clips of the six voices and their metadata; gives the voice of each anonymous clip."""
    (folder / "clips").mkdir()
    speaker_of, rows = {}, []
    for actor, voice in enumerate(sorted(VOICES.iterdir())):
        for number, path in enumerate(sorted(voice.iterdir())):
            clip = f"T{number * 7 % 20:02d}{(actor * 5 + number) % 6}{actor}"
            if number < N_TRAIN:
                clip = f"A{101 + actor}_ang_int1_ver{number + 1}"
                rows.append((clip, f"A{101 + actor}", 0, "ang", "", 100, "", actor % 5))
            else:
                speaker_of[clip] = voice.name
            shutil.copy(path, folder / "clips" / f"{clip}.wav")
    emotions = ("emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience")
    header = ["filename", "video_id", "mix", *emotions, "fold"]
    pd.DataFrame(rows, columns=header).to_csv(folder / "train_metadata.csv", index=False)
    pd.DataFrame({"filename": sorted(speaker_of)}).to_csv(folder / "test_metadata.csv", index=False)
    return speaker_of


def test_six_voices_are_told_apart(tmp_path: Path, blemore: Blemore) -> None:
    speaker_of = write_clips(tmp_path)
    assert len(set(speaker_of.values())) == 6
    for words in (["init"], ["extract", "--media", "clips", "--encoder", "voice", "--jobs", "1"], ["index"]):
        done = blemore(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    done = blemore("identify", "--encoder", "voice", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ari_train"] >= 0.8
    persons = pd.read_csv(tmp_path / "persons.csv").set_index("filename")["video_id"]
    assert adjusted_rand_score([speaker_of[clip] for clip in persons.index], persons) >= 0.8
