"""Decoding: ties, edges of the ranges, refusals."""

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import LABEL_CODES, N_LABELS, SALIENCE
from blemore_cli.core.types import Floats
from blemore_cli.evaluation.scoring.decoding import (
    DOMINANT_BLEND,
    EQUAL_BLEND,
    decode_expected_score,
    decode_thresholds,
    emotion_salience,
)


def distribution(**prob: float) -> Floats:
    row = np.zeros((1, N_LABELS))
    row[0, [LABEL_CODES.index(code) for code in prob]] = list(prob.values())
    return row


def code(labels: np.ndarray) -> str:
    return LABEL_CODES[int(labels.item())]


def test_certain_labels_are_decoded_as_themselves() -> None:
    certain = np.eye(N_LABELS)
    assert decode_expected_score(certain, blend_share=0.54).tolist() == list(range(N_LABELS))
    assert decode_thresholds(emotion_salience(certain), alpha=0.2, beta=0.1).tolist() == list(range(N_LABELS))


def test_a_set_of_likely_labels_beats_the_likeliest_label() -> None:
    prob = distribution(neu=0.4, ang_hap_50_50=0.2, ang_hap_70_30=0.2, ang_hap_30_70=0.2)
    assert code(decode_expected_score(prob, blend_share=0.5)) == "ang_hap_50_50"


def test_a_rare_blend_is_worth_more() -> None:
    prob = distribution(ang=0.6, ang_hap_70_30=0.4)
    assert code(decode_expected_score(prob, blend_share=1.0)) == "ang_hap_70_30"
    prob = distribution(ang=0.7, ang_hap_70_30=0.3)
    assert code(decode_expected_score(prob, blend_share=1.0)) == "ang"
    assert code(decode_expected_score(prob, blend_share=0.5)) == "ang_hap_70_30"


def test_without_blends_only_the_set_counts_and_ties_go_to_the_first_label() -> None:
    prob = distribution(ang=0.4, fea_sad_30_70=0.5, neu=0.1)
    assert code(decode_expected_score(prob, blend_share=0)) == "fea_sad_50_50"
    uniform = np.full((3, N_LABELS), 1 / N_LABELS)
    assert {code(row) for row in decode_expected_score(uniform, blend_share=0.5)} == {"ang_disg_50_50"}
    assert code(decode_expected_score(distribution(disg=0.5, hap=0.5), blend_share=0.5)) == "disg"


def test_no_clips_are_no_labels() -> None:
    assert decode_expected_score(np.zeros((0, N_LABELS)), blend_share=0.5).shape == (0,)
    assert decode_thresholds(np.zeros((0, 6)), alpha=0.1, beta=0.1).shape == (0,)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_refuses_a_share_outside_its_range(share: float) -> None:
    with pytest.raises(DataError, match="share"):
        decode_expected_score(np.eye(N_LABELS), blend_share=share)


def test_refuses_other_columns() -> None:
    with pytest.raises(DataError, match=r"\(N, 36\), got \(2, 6\)"):
        decode_expected_score(np.zeros((2, 6)), blend_share=0.5)
    with pytest.raises(DataError, match=r"\(N, 6\), got \(36,\)"):
        decode_thresholds(np.zeros(36), alpha=0.1, beta=0.1)


def test_emotion_salience_is_the_expectation_of_the_salience() -> None:
    prob = distribution(ang=0.5, ang_hap_30_70=0.5)
    np.testing.assert_allclose(emotion_salience(prob), [[0.65, 0, 0, 0.35, 0, 0]])
    np.testing.assert_array_equal(emotion_salience(np.eye(N_LABELS, dtype=np.float32)), SALIENCE)


@pytest.mark.parametrize(
    ("row", "alpha", "beta", "expected"),
    [
        ([0.1, 0.2, 0, 0, 0, 0], 0.5, 0.1, "disg"),  # nothing reaches alpha
        ([0.5, 0.25, 0, 0, 0, 0], 0.3, 0.1, "ang"),  # the second does not
        ([0.5, 0.25, 0, 0, 0, 0], 0.25, 0.25, "ang_disg_50_50"),  # equal to alpha stays, equal to beta is 50/50
        ([0.25, 0.5, 0, 0, 0, 0], 0.25, 0.24, "ang_disg_30_70"),
        ([0.25, 0.25, 0.25, 0.25, 0, 0], 0.1, 0.1, "ang_disg_50_50"),  # the first two of equals
        ([0, 0.25, 0.5, 0.25, 0, 0], 0.1, 0.1, "disg_fea_30_70"),
        ([0, 0, 0.5, 0, 0, 0.5], 0.1, 0.1, "fea"),  # neutral loses a tie
        ([0, 0, 0.4, 0, 0, 0.5], 0.1, 0.2, "neu"),
        ([0, 0, 0.5, 0, 0, 0.4], 0.1, 0.2, "fea"),
        ([0.2, 0.2, 0.2, 0.2, 0.2, 0.2], 0.1, 0.2, "ang_disg_50_50"),
        ([0, 0, 0, 0, 0, 0], 0.0, 0.1, "ang"),  # their code fails here
        ([0, 0.5, 0, 0, 0, 0], 0.0, 0.9, "disg"),  # zero is never part of a blend
    ],
)
def test_threshold_rule(row: list[float], alpha: float, beta: float, expected: str) -> None:
    assert code(decode_thresholds(np.array([row]), alpha=alpha, beta=beta)) == expected


def test_decoding_leaves_its_input_alone() -> None:
    salience = np.array([[0.5, 0.4, 0.1, 0, 0, 0]])
    before = salience.copy()
    decode_thresholds(salience, alpha=0.2, beta=0.1)
    np.testing.assert_array_equal(salience, before)


def test_blend_tables_are_symmetric_where_they_should_be() -> None:
    pairs = ~np.eye(5, dtype=bool)
    assert (EQUAL_BLEND == EQUAL_BLEND.T)[:5, :5][pairs].all()
    assert (DOMINANT_BLEND != DOMINANT_BLEND.T)[:5, :5][pairs].all()
    assert LABEL_CODES[DOMINANT_BLEND[3, 0]] == "ang_hap_30_70"
    assert (EQUAL_BLEND[5] == 5).all()
    assert EQUAL_BLEND[2, 5] == 2
