import numpy as np

from blemore_cli.evaluation.gate_quality.rank_correlation import mean_ranks, rank_correlations


def test_ranks_are_among_the_available() -> None:
    available = np.array([[True, False, True, True]])
    assert mean_ranks(np.array([[5.0, 1.0, 5.0, 2.0]]), available).tolist() == [[2.5, 0.0, 2.5, 1.0]]


def test_nothing_to_compare_is_nan() -> None:
    one, all_equal = np.array([[True, False]]), np.array([[True, True]])
    assert np.isnan(rank_correlations(np.array([[1.0, 2.0]]), np.array([[1.0, 2.0]]), one)).all()
    assert np.isnan(rank_correlations(np.array([[1.0, 1.0]]), np.array([[1.0, 2.0]]), all_equal)).all()
