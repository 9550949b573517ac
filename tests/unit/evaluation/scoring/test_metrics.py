"""Official metrics: the organisers' traps, handled on purpose."""

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import labels_of_codes
from blemore_cli.evaluation.scoring.metrics import (
    official_scores,
    per_label_table,
    presence_accuracy,
    salience_accuracy,
    score,
)


def test_presence_ignores_salience_and_salience_ignores_singles() -> None:
    label = labels_of_codes(["ang", "ang_hap_30_70", "fea_sad_50_50", "neu"])
    predicted = labels_of_codes(["ang", "ang_hap_70_30", "fea_sad_50_50", "fea_sad_50_50"])
    assert presence_accuracy(label, predicted) == 0.75
    assert salience_accuracy(label, predicted) == 0.5
    assert score(label, predicted) == 0.625


def test_a_single_for_a_blend_is_wrong_in_both() -> None:
    label, predicted = labels_of_codes(["ang_hap_70_30"]), labels_of_codes(["ang"])
    assert (presence_accuracy(label, predicted), salience_accuracy(label, predicted)) == (0.0, 0.0)


def test_without_blends_salience_is_zero_and_not_nan() -> None:
    assert official_scores(np.array([0, 5]), np.array([0, 5])).score == 0.5


@pytest.mark.parametrize(
    ("label", "predicted", "named"),
    [
        ([], [], "at least one clip"),
        ([0, 1], [0], "one length"),
        ([-1, 0], [0, 0], "true labels"),
        ([36, 0], [0, 0], "36"),
        ([0, 0], [0, -1], "predicted labels"),
        ([[0]], [[0]], "vectors"),
    ],
)
def test_refuses_what_cannot_be_scored(label: list[int], predicted: list[int], named: str) -> None:
    for metric in (presence_accuracy, salience_accuracy, score, official_scores, per_label_table):
        with pytest.raises(DataError, match=named):
            metric(np.array(label, dtype=np.int64), np.array(predicted, dtype=np.int64))
