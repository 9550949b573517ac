import numpy as np

from blemore_cli.evaluation.gate_quality.best_encoders import best_encoders
from blemore_cli.evaluation.gate_quality.permutation_test import permutation_p_value


def test_right_picks_are_told_from_chance_and_wrong_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    available = np.ones((50, 6), dtype=bool)
    useful = best_encoders(rng.random((2, 50, 6)), available, 2)
    assert permutation_p_value(useful, useful, available, generator=rng, n_permutations=99) == 0.01
    worst = best_encoders(-useful.astype(float), available, 2)
    assert permutation_p_value(worst, useful, available, generator=rng, n_permutations=99) == 1.0


def test_without_a_choice_every_permutation_is_as_good() -> None:
    available = np.array([[True, False], [False, True]])
    picks = available[None]
    assert permutation_p_value(picks, picks, available, generator=np.random.default_rng(0), n_permutations=9) == 1.0
