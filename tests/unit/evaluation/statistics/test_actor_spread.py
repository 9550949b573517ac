"""The spread over actors: its value, what shuffles leave alone, and what it finds where actors differ or do not."""

import numpy as np
import pytest

from blemore_cli.core.types import Ints
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.statistics.actor_spread import ActorSpread, actor_spread

ACTOR, LABEL = np.repeat(np.arange(8), 36), np.tile(np.arange(36), 8)


def predicted(share_right: list[float], *, seed: int = 0) -> Ints:
    """(2, N) labels, each actor's right with a share of its own."""
    rng = np.random.default_rng(seed)
    right = rng.random((2, len(LABEL))) < np.array(share_right)[ACTOR]
    return np.where(right, LABEL, (LABEL + rng.integers(4, 30, right.shape)) % 36)


def spread(share_right: list[float], *, seed: int = 0) -> ActorSpread:
    generator = np.random.default_rng(seed)
    found = actor_spread(ACTOR, LABEL, predicted(share_right, seed=seed), generator=generator, n_shuffles=199)
    assert found is not None
    return found


def test_the_spread_is_that_of_the_official_scores() -> None:
    labels = predicted([0.5] * 8)
    per_actor = [
        np.mean([official_scores(LABEL[a == ACTOR], own[a == ACTOR]).score for own in labels]) for a in range(8)
    ]
    assert spread([0.5] * 8).std == pytest.approx(np.std(per_actor, ddof=1))


def test_different_actors_are_told_from_equal_ones() -> None:
    different = spread([0.1, 0.9] * 4)
    assert different.p_value == 1 / 200
    assert different.std > 3 * different.null_mean
    equal = [spread([0.5] * 8, seed=seed).p_value for seed in range(10)]
    assert np.mean(equal) > 0.25


def test_a_shuffle_keeps_every_actors_sets() -> None:
    """Right on every single and wrong on every blend: actors with the same sets cannot differ, however shuffled."""
    by_set = np.where(LABEL < 6, LABEL, 0)[None]
    found = actor_spread(ACTOR, LABEL, by_set, generator=np.random.default_rng(0), n_shuffles=20)
    assert found is not None
    assert (found.std, found.null_mean) == pytest.approx((0, 0), abs=1e-12)
    assert found.p_value == 1


def test_fewer_than_two_actors_with_blends_have_no_spread() -> None:
    actor, label = np.array([0, 0, 1]), np.array([0, 6, 1])
    assert actor_spread(actor, label, label[None], generator=np.random.default_rng(0)) is None
