import pytest
import torch

from blemore_cli.model.evidence.evidence_pool import EvidencePool, discounted


def log_probs(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64).log_softmax(-1)


def test_gamma_is_that_of_the_number_kept() -> None:
    pool = EvidencePool(3, 1, 5)
    pool.log_gamma = torch.tensor([1.0, 0.5, 1 / 3], dtype=torch.float64).log()
    kept = torch.tensor([[True, True, True], [False, True, False], [False, False, False]])
    torch.testing.assert_close(pool.gamma(kept)[:, 0].tolist(), [1 / 3, 1.0, 1.0])


def test_exponents_sharpen_the_distribution_of_an_encoder() -> None:
    pool, says = EvidencePool(1, 2, 5), log_probs(4, 1, 2, 5)
    pool.log_exponent = torch.tensor([[0.5, 1.5]], dtype=torch.float64).log()
    expected = (0.5 * says[:, 0, 0] + 1.5 * says[:, 0, 1]).log_softmax(-1)
    torch.testing.assert_close(pool.evidence(says, torch.zeros(4, 1, 2)).log_prob[:, 0], expected)


def test_stacked_pools_are_pools_side_by_side() -> None:
    pools = [EvidencePool(3, 2, 5) for _ in range(2)]
    for pool in pools:
        pool.level.normal_()
        pool.slope.normal_()
        pool.log_gamma.normal_()
    stacked = EvidencePool(3, 2, 5)
    for name in dict(stacked.named_buffers()):
        setattr(stacked, name, torch.stack([getattr(pool, name) for pool in pools]))
    says, quality = log_probs(2, 4, 3, 2, 5), torch.randn(2, 4, 3, 2)
    kept = torch.tensor([[True, False, True], [True, True, True]])[:, None].expand(2, 4, 3)
    together = stacked(stacked.evidence(says, quality), kept)
    for place, pool in enumerate(pools):
        alone = pool(pool.evidence(says[place], quality[place]), kept[place])
        torch.testing.assert_close(together[place], alone)


@pytest.mark.parametrize("weight", [1.0, 0.5, 1e-6])
def test_a_shift_weight_multiplies_the_prior_soundness(weight: float) -> None:
    logit = torch.tensor([-30.0, 0.0, 2.0, 40.0], dtype=torch.float64)
    result = discounted(logit, torch.tensor(weight, dtype=torch.float64).log())
    torch.testing.assert_close(result.sigmoid(), weight * logit.sigmoid())
    assert weight < 1 or torch.equal(result, logit)
