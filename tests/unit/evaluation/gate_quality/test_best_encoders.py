import numpy as np

from blemore_cli.evaluation.gate_quality.best_encoders import best_encoders, selection_overlap


def test_the_number_may_differ_by_clip_and_ties_go_to_the_earlier() -> None:
    values = np.array([[1.0, 1.0, 1.0], [1.0, 3.0, 2.0]])
    best = best_encoders(values, np.ones((2, 3), dtype=bool), np.array([2, 1]))
    assert best.tolist() == [[True, True, False], [False, True, False]]


def test_the_absent_are_never_best_even_without_a_value() -> None:
    values = np.array([[np.nan, -5.0, -1.0]])
    assert best_encoders(values, np.array([[False, True, True]]), 2).tolist() == [[False, True, True]]


def test_precision_counts_picks() -> None:
    picks, right = np.array([[True, True, True, False]]), np.array([[True, False, False, True]])
    assert selection_overlap(picks, right) == [1 / 3]
