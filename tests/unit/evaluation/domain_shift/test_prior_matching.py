import numpy as np
import pytest

from blemore_cli.core.types import Floats
from blemore_cli.evaluation.domain_shift.prior_matching import match_prior, match_prior_within

UNIFORM = np.full(4, 0.25)


def distributions(n: int, k: int = 4, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).dirichlet(np.ones(k), n)


def check_distributions(prob: Floats) -> None:
    assert (prob >= 0).all()
    np.testing.assert_allclose(prob.sum(axis=1), 1)


def test_two_clips_by_hand() -> None:
    """Odds 4 and 1: weights that make both labels equally frequent turn them into 2 and 1/2."""
    matched = match_prior(np.array([[0.8, 0.2], [0.5, 0.5]]), np.array([0.5, 0.5]))
    np.testing.assert_allclose(matched, [[2 / 3, 1 / 3], [1 / 3, 2 / 3]])


def test_a_label_without_a_share_gets_nothing() -> None:
    share = np.array([0.5, 0.3, 0.2, 0.0])
    matched = match_prior(distributions(30), share)
    np.testing.assert_allclose(matched.mean(axis=0), share, atol=1e-8)
    check_distributions(matched)


def test_a_clip_that_has_nothing_else_stays_and_counts_for_nothing() -> None:
    prob = distributions(20)
    prob[3] = [0, 0, 0, 1]
    share = np.array([0.5, 0.3, 0.2, 0.0])
    matched = match_prior(prob, share)
    np.testing.assert_array_equal(matched[3], prob[3])
    np.testing.assert_array_equal(np.delete(matched, 3, axis=0), match_prior(np.delete(prob, 3, axis=0), share))


def test_the_share_of_a_label_that_no_clip_can_have_goes_to_the_others() -> None:
    prob = distributions(20)
    prob[:, 0] = 0
    matched = match_prior(prob / prob.sum(axis=1, keepdims=True), np.array([0.4, 0.3, 0.2, 0.1]))
    np.testing.assert_allclose(matched.mean(axis=0), [0, 1 / 2, 1 / 3, 1 / 6], atol=1e-8)


@pytest.mark.parametrize(
    "prob",
    [
        np.array([[1.0, 0, 0, 0]] * 3 + [[0, 1.0, 0, 0]]),  # nothing to move
        np.array([[0.5, 0.5, 0, 0], [0, 1.0, 0, 0], [0, 0, 0.5, 0.5]]),  # the first label cannot have its share
        np.array([[1 - 1e-11, 1e-11, 0, 0], [1.0, 0, 0, 0]]),
        np.array([[1 - 1e-300, 1e-300, 0, 0], [1.0, 0, 0, 0]]),
    ],
)
def test_shares_that_zeros_make_impossible_still_give_distributions(prob: Floats) -> None:
    check_distributions(match_prior(prob, np.array([0.7, 0.1, 0.1, 0.1])))


def test_one_clip_and_none() -> None:
    np.testing.assert_allclose(match_prior(distributions(1), UNIFORM), [UNIFORM])
    assert match_prior(np.empty((0, 4)), UNIFORM).shape == (0, 4)


def test_groups_are_matched_on_their_own_and_small_ones_stay() -> None:
    prob, group = distributions(27), np.array([1] * 12 + [2] * 12 + [3] * 3)
    before = prob.copy()
    matched = match_prior_within(prob, group, UNIFORM)
    for name in (1, 2):
        np.testing.assert_array_equal(matched[group == name], match_prior(prob[group == name], UNIFORM))
    np.testing.assert_array_equal(matched[group == 3], prob[group == 3])
    np.testing.assert_array_equal(prob, before)


def test_a_group_needs_as_many_clips_as_there_are_labels_with_a_share() -> None:
    prob, share = distributions(3), np.array([0.5, 0.3, 0.2, 0.0])
    names = np.array(["a"] * 3)
    np.testing.assert_array_equal(match_prior_within(prob, names, UNIFORM), prob)
    np.testing.assert_array_equal(match_prior_within(prob, names, share), match_prior(prob, share))
