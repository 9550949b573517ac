from pathlib import Path

import numpy as np
import pandas as pd

from blemore_cli.core.labels import LABELS, N_LABELS, PROBABILITY_COLUMNS
from blemore_cli.core.types import Predictions
from blemore_cli.data.metadata.csv_table import read_table
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS, labels_of_frame
from blemore_cli.experiments.runs.tables import label_frame, write_predictions, write_weights


def predictions() -> Predictions:
    prob = np.random.default_rng(0).dirichlet(np.ones(36), N_LABELS)
    names = np.array([f"clip_{i}" for i in range(N_LABELS)])
    return Predictions(names, np.zeros(N_LABELS, int), np.full(N_LABELS, 5), prob, np.arange(N_LABELS))


def test_singles_leave_the_second_emotion_and_saliences_empty() -> None:
    frame = label_frame(np.array([0, 7]))
    assert frame.iloc[0].tolist() == [0, "ang", "", "", ""]
    assert frame.iloc[1].tolist() == [1, "ang", "disg", 70, 30]


def test_labels_and_probabilities_read_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "oof.csv"
    write_predictions(path, predictions())
    assert labels_of_frame(read_table(path, ("filename", *LABEL_COLUMNS)), path).tolist() == list(range(len(LABELS)))
    read = pd.read_csv(path)
    np.testing.assert_array_equal(read[list(PROBABILITY_COLUMNS)], predictions().prob)


def test_weights_have_a_column_for_each_encoder(tmp_path: Path) -> None:
    weights = np.random.default_rng(0).random((N_LABELS, 2)).astype(np.float32)
    write_weights(tmp_path / "gate.csv", predictions(), weights, ["face", "voice"])
    read = pd.read_csv(tmp_path / "gate.csv")
    assert list(read.columns) == ["filename", "fold", "seed", "face", "voice"]
    np.testing.assert_array_equal(read[["face", "voice"]].to_numpy().astype(np.float32), weights)
