import numpy as np

from blemore_cli.core.labels import PROBABILITY_COLUMNS
from blemore_cli.data.features.tables.predictions import are_label_names, are_probabilities, prediction_note


def test_probabilities_sum_to_one() -> None:
    assert are_probabilities(np.array([[0.333, 0.333, 0.333], [1, 0, 0]]))
    for features in ([[0.5, 0.4]], [[1.5, -0.5]], [[np.nan, 1.0]], [[1.0]], [[0.01] * 100]):
        assert not are_probabilities(np.array(features))


def test_emotions_are_label_names() -> None:
    assert are_label_names(PROBABILITY_COLUMNS)
    assert are_label_names(["anger", "Happiness", "score_sad", "p_neu"])
    assert not are_label_names(["F0", "anger"])
    assert not are_label_names([])


def test_predictions_are_noted() -> None:
    assert "2 columns are predictions" in (prediction_note(np.array([[3.0, 9.0]]), ["happy", "sad"]) or "")
    assert prediction_note(np.array([[3.0, 9.0]]), ["F0", "F1"]) is None
