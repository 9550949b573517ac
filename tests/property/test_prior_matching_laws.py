"""Laws of prior matching: shares are met, odds between clips are kept, and what is matched already stays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.types import Floats
from blemore_cli.evaluation.domain_shift.prior_matching import match_prior

seeds = st.integers(0, 2**32 - 1)


@st.composite
def problems(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Distributions (N, K) without zeros, from flat to sharp, and shares (K,)."""
    rng = np.random.default_rng(draw(seeds))
    n, k = draw(st.integers(10, 60)), draw(st.integers(2, 8))
    logits = draw(st.floats(0, 3)) * rng.normal(size=(n, k))
    prob = np.exp(logits - logits.max(axis=1, keepdims=True))
    return prob / prob.sum(axis=1, keepdims=True), rng.dirichlet(np.full(k, 5.0))


@given(problems())
def test_shares_are_met_and_rows_are_distributions(problem: tuple[Floats, Floats]) -> None:
    prob, share = problem
    matched = match_prior(prob, share)
    np.testing.assert_allclose(matched.mean(axis=0), share, atol=1e-6)
    np.testing.assert_allclose(matched.sum(axis=1), 1)


@given(problems())
def test_odds_between_clips_are_kept(problem: tuple[Floats, Floats]) -> None:
    prob, share = problem
    matched = match_prior(prob, share)
    weights = np.log(matched / prob)
    relative = weights - weights[:, :1]  # of each label to the first: the same for every clip
    np.testing.assert_allclose(relative, np.broadcast_to(relative[0], relative.shape), atol=1e-6)


@given(problems(), seeds)
def test_weights_of_labels_and_the_order_of_clips_do_not_matter(problem: tuple[Floats, Floats], seed: int) -> None:
    prob, share = problem
    rng = np.random.default_rng(seed)
    order, weights = rng.permutation(len(prob)), rng.uniform(0.2, 5, len(share))
    weighted = prob[order] * weights
    weighted /= weighted.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(match_prior(weighted, share), match_prior(prob, share)[order], atol=1e-5)


@given(problems())
def test_what_is_matched_stays(problem: tuple[Floats, Floats]) -> None:
    prob, share = problem
    matched = match_prior(prob, share)
    np.testing.assert_allclose(match_prior(matched, share), matched, atol=1e-6)
