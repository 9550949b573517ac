from pathlib import Path

import numpy as np

from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.file import read_index, write_index
from blemore_cli.data.metadata.clips import clips_from_names
from blemore_cli.experiments.data_checks.prediction_notes import prediction_notes

CLIPS = ["A1_ang_int1_ver1", "A2_sad_int1_ver1", "test_0001"]


def test_encoders_of_probabilities_are_noted_with_gaps(tmp_path: Path) -> None:
    present = np.array([True, True, False])
    rows = np.array([[0.25, 0.75], [1.0, 0.0], [np.nan, np.nan]], dtype=np.float32)
    encoders = [
        EncoderFeatures(name, x, there, "av", "x.csv", "static", "0" * 64)
        for name, x, there in [("friend", rows, present), ("face", np.ones((3, 2), np.float32), np.ones(3, dtype=bool))]
    ]
    write_index(tmp_path / "index.h5", clips_from_names(CLIPS), encoders)
    [note] = prediction_notes(read_index(tmp_path / "index.h5"))
    assert note.startswith("encoder friend: its 2 columns are predictions")
