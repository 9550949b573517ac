"""The robust pool against the sum over all configurations of sound and broken encoders, and its gradient."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.model.evidence.pool import robust_pool, soundness


def by_configurations(prior: np.ndarray, prob: np.ndarray, pi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P(y) and s of one clip by Bayes' rule, with a binary variable for each of E encoders: prob is (E, K)."""
    joint, sound_joint = np.zeros_like(prior), np.zeros(len(pi))
    for configuration in product([False, True], repeat=len(pi)):
        is_sound = np.array(configuration)
        weight = np.where(is_sound, pi, 1 - pi).prod()
        evidence = prior * np.where(is_sound[:, None], prob / prior, 1.0).prod(axis=0)
        joint += weight * evidence
        sound_joint += weight * evidence.sum() * is_sound
    return joint / joint.sum(), sound_joint / joint.sum()


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(2, 7), st.floats(0.05, 3))
def test_pool_and_soundness_are_the_sum_over_configurations(
    seed: int, n_encoders: int, n_labels: int, concentration: float
) -> None:
    rng = np.random.default_rng(seed)
    prior = rng.dirichlet(np.full(n_labels, 5.0))
    prob = rng.dirichlet(np.full(n_labels, concentration), n_encoders) + 1e-9
    prob /= prob.sum(axis=1, keepdims=True)
    pi = rng.uniform(0.01, 0.99, n_encoders)
    ratio = torch.from_numpy(np.log(prob / prior))[None]
    logit = torch.from_numpy(np.log(pi / (1 - pi)))[None]
    kept, gamma = torch.ones(1, n_encoders, dtype=torch.bool), torch.ones(1, 1, dtype=torch.float64)
    pooled = robust_pool(torch.from_numpy(np.log(prior))[None], ratio, logit, kept, gamma)
    expected, expected_soundness = by_configurations(prior, prob, pi)
    np.testing.assert_allclose(pooled[0].exp().numpy(), expected, rtol=1e-9, atol=1e-12)
    found = soundness(pooled, ratio, logit, kept)[0].numpy()
    np.testing.assert_allclose(found, expected_soundness, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("gamma", [0.3, 1.0, 2.0])
def test_gradients_are_those_of_finite_differences(gamma: float) -> None:
    generator = torch.Generator().manual_seed(0)
    prior = torch.randn(4, generator=generator, dtype=torch.float64).log_softmax(-1).requires_grad_()
    ratio = torch.randn(3, 2, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    logit = torch.randn(3, 2, generator=generator, dtype=torch.float64, requires_grad=True)
    power = torch.full((3, 1), gamma, dtype=torch.float64, requires_grad=True)
    kept = torch.tensor([[True, True], [True, False], [False, False]])

    def both(*numbers: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        pooled = robust_pool(numbers[0], numbers[1], numbers[2], kept, numbers[3])
        return pooled, soundness(pooled, numbers[1], numbers[2], kept)

    assert torch.autograd.gradcheck(both, (prior, ratio, logit, power))
