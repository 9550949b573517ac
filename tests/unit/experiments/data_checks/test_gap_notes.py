from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.types import Clips, EncoderFeatures
from blemore_cli.data.index.file import read_index, write_index
from blemore_cli.experiments.data_checks.gap_notes import gap_notes, incomplete_encoders, index_gap_notes

FOLD = np.array([0, 1, 2, 3, -1, -1])
LABEL = np.where(FOLD >= 0, 0, -1)
CLIPS = Clips(np.array(list("abcdst")), np.array(["A", "B", "C", "D", "", ""]), FOLD == -1, FOLD, LABEL)
EVERYWHERE = np.full(6, True)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (EVERYWHERE, []),
        (FOLD == -1, ["no training clip has it"]),
        (FOLD != 1, ["for fold 1: none of its clips has it"]),
        ((FOLD != 1) & (FOLD != 3), ["for folds 1, 3: none of its clips has it"]),
        (FOLD >= 0, ["for the test clips: none of them has it"]),
        (
            np.isin(FOLD, (2, -1)),
            ["for folds 0, 1, 3: none of its clips has it", "for fold 2: no clip of another fold has it"],
        ),
    ],
)
def test_what_an_encoder_is_not_used_for(there: np.ndarray, expected: list[str]) -> None:
    notes = gap_notes(["face", "voice"], CLIPS, np.stack([EVERYWHERE, there], axis=1), [0, 1, 2, 3])
    assert [note.replace("encoder voice is not used: no", "no") for note in notes] == [
        note if note.startswith("no ") else f"encoder voice is not used {note}" for note in expected
    ]


def test_clips_without_an_encoder_of_their_training_are_named() -> None:
    present = np.stack([FOLD != 1, FOLD == 1], axis=1)
    *_, last = gap_notes(["face", "voice"], CLIPS, present, [1])
    assert last == "1 clips of fold 1 are predicted without features, as training clips lack their encoders: b"
    apart = np.stack([FOLD >= 0, FOLD == -1], axis=1)
    *_, last = gap_notes(["face", "voice"], CLIPS, apart, [0])
    assert last == "2 test clips are predicted without features, as training clips lack their encoders: s, t"


def test_targets_that_are_not_predicted_are_not_noted() -> None:
    present = np.stack([EVERYWHERE, FOLD == 1], axis=1)
    assert gap_notes(["face", "voice"], CLIPS, present, [], predicts_test=False) == []
    assert len(gap_notes(["face", "voice"], CLIPS, present, [1], predicts_test=False)) == 1


def test_notes_of_an_index_are_of_the_encoders_in_use(tmp_path: Path) -> None:
    def encoder(name: str, there: np.ndarray) -> EncoderFeatures:
        features = np.where(there[:, None], np.ones((6, 2), dtype=np.float32), np.float32(np.nan))
        return EncoderFeatures(name, features, there, "av", "x.npz", "static", "0" * 64)

    write_index(tmp_path / "index.h5", CLIPS, [encoder("face", EVERYWHERE), encoder("voice", FOLD >= 0)])
    index = read_index(tmp_path / "index.h5")
    assert index_gap_notes(index) == ["encoder voice is not used for the test clips: none of them has it"]
    assert index_gap_notes(index, ["face"]) == index_gap_notes(index, predicts_test=False) == []
    assert incomplete_encoders(index, ["face", "voice"]) == {}
    write_index(tmp_path / "index.h5", CLIPS, [encoder("face", EVERYWHERE), encoder("voice", FOLD != 2)])
    assert incomplete_encoders(read_index(tmp_path / "index.h5"), ["face", "voice"]) == {"voice": 1}
