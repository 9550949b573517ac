"""The sign-flip test over actors."""

import numpy as np
import pytest

from blemore_cli.evaluation.statistics import sign_flip
from blemore_cli.evaluation.statistics.sign_flip import sign_flip_p_values


def p_value(shares: list[float], *, n_flips: int = 999, seed: int = 0) -> float:
    return float(sign_flip_p_values(np.array(shares), generator=np.random.default_rng(seed), n_flips=n_flips))


def test_a_difference_that_every_actor_shows_is_as_rare_as_the_flips_can_say() -> None:
    assert p_value([0.01] * 40) == 1 / 1000


def test_no_difference_has_p_1() -> None:
    assert p_value([0.0] * 5) == 1.0
    assert p_value([0.01, -0.01]) == 1.0


def test_flips_that_only_reorder_the_sum_are_ties() -> None:
    """0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in the last bit: all flipped or none is 2 of 8."""
    assert p_value([0.1, 0.2, 0.3], n_flips=20_000) == pytest.approx(0.25, abs=0.01)


def test_several_differences_share_the_flips_and_memory_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = np.random.default_rng(0).normal(size=(30, 2, 3))
    whole = sign_flip_p_values(shares, generator=np.random.default_rng(1), n_flips=500)
    assert whole.shape == (2, 3)
    assert whole[1, 2] == p_value(shares[:, 1, 2].tolist(), n_flips=500, seed=1)
    monkeypatch.setattr(sign_flip, "MAX_SIGNS", 30 * 100)
    assert np.array_equal(whole, sign_flip_p_values(shares, generator=np.random.default_rng(1), n_flips=500))
