"""Official metrics: the organisers' traps, handled on purpose."""

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.core.types import Ints
from blemore_cli.evaluation.scoring.metrics import Scores, correct_flags, official_scores


def labels_of(*codes: str) -> Ints:
    return np.array([LABEL_CODES.index(code) for code in codes])


def test_presence_ignores_salience_and_salience_ignores_singles() -> None:
    label = labels_of("ang", "ang_hap_30_70", "fea_sad_50_50", "neu")
    predicted = labels_of("ang", "ang_hap_70_30", "fea_sad_50_50", "fea_sad_50_50")
    assert official_scores(label, predicted) == Scores(presence=0.75, salience=0.5, score=0.625)


def test_a_single_for_a_blend_is_wrong_in_both() -> None:
    assert official_scores(labels_of("ang_hap_70_30"), labels_of("ang")) == Scores(0.0, 0.0, 0.0)


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
    with pytest.raises(DataError, match=named):
        official_scores(np.array(label, dtype=np.int64), np.array(predicted, dtype=np.int64))


def test_a_single_is_never_counted_in_salience() -> None:
    presence, salience = correct_flags(np.array([0, 6]), np.array([[0, 6]]))
    assert presence.tolist() == [[True, True]]
    assert salience.tolist() == [[False, True]]


@pytest.mark.parametrize("shape", [(3,), (0, 3), (2, 4), (1, 1, 3)])
def test_refuses_predictions_of_another_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match="3 clips"):
        correct_flags(np.zeros(3, dtype=np.int64), np.zeros(shape, dtype=np.int64))
