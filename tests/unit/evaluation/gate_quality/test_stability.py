import numpy as np

from blemore_cli.evaluation.gate_quality.stability import Stability, pooled_stability, stability

AVAILABLE = np.array([[True, True, True, True]])


def test_overlap_is_the_mean_of_both_directions_over_pairs() -> None:
    kept = np.array([[[1, 1, 0, 0]], [[1, 0, 0, 0]], [[0, 0, 1, 1]]], dtype=bool)
    ranking = np.array([[[4.0, 3, 2, 1]], [[4.0, 3, 2, 1]], [[1.0, 2, 3, 4]]])
    found = stability(kept, ranking, AVAILABLE)
    assert found == Stability(3, 1.5 / 6, 10 / 6 / 4, -1 / 3)


def test_one_model_or_no_clip_has_no_stability() -> None:
    assert stability(np.ones((1, 1, 4), dtype=bool), np.ones((1, 1, 4)), AVAILABLE) is None
    assert stability(np.ones((2, 0, 4), dtype=bool), np.ones((2, 0, 4)), AVAILABLE[:0]) is None
    assert pooled_stability([]) is None


def test_pooling_counts_pairs() -> None:
    parts = [Stability(1, 0.0, 0.25, None), Stability(3, 1.0, 0.75, 0.5)]
    assert pooled_stability(parts) == Stability(4, 0.75, 0.625, 0.5)
    assert pooled_stability(parts[:1]) == Stability(1, 0.0, 0.25, None)
