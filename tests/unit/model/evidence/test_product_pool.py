"""The weighted product of experts against a plain loop, and what it does not read."""

import numpy as np
import pytest
import torch

from blemore_cli.model.evidence.pool import soundness
from blemore_cli.model.evidence.product_pool import ProductPool

B, E, M, K = 4, 3, 2, 5


def pool() -> ProductPool:
    generator = torch.Generator().manual_seed(0)
    made = ProductPool(E, M, K)
    made.log_prior = torch.rand(K, generator=generator, dtype=torch.float64).log_softmax(-1)
    made.log_exponent = torch.randn(E, M, generator=generator, dtype=torch.float64)
    made.log_gamma = torch.randn(E, generator=generator, dtype=torch.float64)
    made.log_shift_weight = torch.tensor([1.0, 0.5, 0.9], dtype=torch.float64).log()
    return made


def says(seed: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return (5 * torch.randn(B, E, M, K, generator=generator)).log_softmax(-1)


KEPT = torch.tensor([[True] * E, [True, False, True], [False, True, False], [False] * E])
NO_QUALITY = torch.zeros(B, E, 2)


def test_it_is_the_product_of_likelihood_ratios() -> None:
    made, log_probs = pool(), says()
    found = made(made.evidence(log_probs, NO_QUALITY), KEPT).exp().numpy()
    prior, weight = made.log_prior.exp().numpy(), made.log_shift_weight.exp().numpy()
    theta, gamma = made.log_exponent.exp().numpy(), float(made.log_gamma[-1].exp())
    heads = log_probs.double().exp().numpy()
    for clip in range(B):
        product = prior.copy()
        for encoder in np.flatnonzero(KEPT[clip].numpy()):
            p = (heads[clip, encoder] ** theta[encoder][:, None]).prod(axis=0)
            product *= (p / p.sum() / prior) ** (gamma * weight[encoder])
        np.testing.assert_allclose(found[clip], product / product.sum(), rtol=1e-8, atol=1e-12)


def test_encoders_that_are_not_kept_have_no_effect() -> None:
    made, log_probs = pool(), says()
    other = torch.where(KEPT[..., None, None], log_probs, says(2))
    first, second = (made(made.evidence(each, NO_QUALITY), KEPT) for each in (log_probs, other))
    assert torch.equal(first, second)
    torch.testing.assert_close(first[3], made.log_prior)


def test_one_encoder_says_what_it_says() -> None:
    made = ProductPool(1, 1, K)
    log_probs = says()[:, :1, :1]
    pooled = made(made.evidence(log_probs, torch.zeros(B, 1, 2)), torch.ones(B, 1, dtype=torch.bool))
    torch.testing.assert_close(pooled, log_probs[:, 0, 0].double().log_softmax(-1))


@pytest.mark.parametrize("quality", [-50.0, 50.0])
def test_no_quality_makes_an_encoder_less_than_sound(quality: float) -> None:
    made, log_probs = pool(), says()
    made.slope = torch.ones_like(made.slope)
    evidence = made.evidence(log_probs, torch.full((B, E, 2), quality))
    assert torch.equal(made(evidence, KEPT), made(made.evidence(log_probs, NO_QUALITY), KEPT))
    sound = soundness(made(evidence, KEPT), evidence.log_ratio, evidence.logit, KEPT)
    torch.testing.assert_close(sound, KEPT.double())
