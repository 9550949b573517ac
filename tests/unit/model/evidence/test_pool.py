import torch

from blemore_cli.model.evidence.pool import log_factors, robust_pool, soundness

PRIOR = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64).log()


def pooled(ratio: torch.Tensor, logit: torch.Tensor, kept: torch.Tensor, gamma: float = 1.0) -> torch.Tensor:
    return robust_pool(PRIOR, ratio, logit, kept, torch.full((len(ratio), 1), gamma, dtype=torch.float64))


def test_a_single_encoder_that_is_surely_sound_is_believed() -> None:
    says = torch.tensor([[0.1, 0.1, 0.8]], dtype=torch.float64)
    ratio = (says.log() - PRIOR).unsqueeze(1)
    kept = torch.ones(1, 1, dtype=torch.bool)
    torch.testing.assert_close(pooled(ratio, torch.full((1, 1), 50.0), kept).exp(), says)


def test_a_broken_encoder_says_nothing() -> None:
    ratio = torch.randn(4, 2, 3, dtype=torch.float64)
    both, first = torch.ones(4, 2, dtype=torch.bool), torch.tensor([[True, False]]).expand(4, 2)
    logit = torch.tensor([[1.0, -60.0]], dtype=torch.float64).expand(4, 2)
    torch.testing.assert_close(pooled(ratio, logit, both), pooled(ratio, logit, first))


def test_an_encoder_that_is_not_kept_is_not_read() -> None:
    ratio, logit = torch.randn(4, 2, 3, dtype=torch.float64), torch.randn(4, 2, dtype=torch.float64)
    kept = torch.tensor([[True, False]]).expand(4, 2)
    other = ratio.clone()
    other[:, 1] += 1e6
    assert torch.equal(pooled(ratio, logit, kept), pooled(other, logit, kept))
    assert (soundness(pooled(ratio, logit, kept), ratio, logit, kept)[:, 1] == 0).all()


def test_the_prior_is_left_where_nothing_is_kept() -> None:
    nothing = torch.zeros(1, 2, dtype=torch.bool)
    torch.testing.assert_close(pooled(torch.randn(1, 2, 3).double(), torch.zeros(1, 2).double(), nothing)[0], PRIOR)


def test_one_encoder_can_cost_a_label_no_more_than_its_chance_to_be_broken() -> None:
    ratio = torch.tensor([[[0.0, -1e5]]], dtype=torch.float64)
    least = torch.log(torch.tensor(0.25))
    torch.testing.assert_close(log_factors(ratio, torch.log(torch.tensor([[3.0]]).double()))[0, 0, 1], least.double())


def test_extreme_evidence_stays_finite() -> None:
    ratio = torch.tensor([[[800.0, -800.0, 0.0], [-800.0, 800.0, 0.0]]], dtype=torch.float64)
    logit = torch.tensor([[700.0, -700.0]], dtype=torch.float64)
    kept = torch.ones(1, 2, dtype=torch.bool)
    result = pooled(ratio, logit, kept, gamma=7.0)
    sound = soundness(result, ratio, logit, kept)
    assert torch.isfinite(result.exp()).all()
    assert result.exp().sum() == 1
    assert ((sound >= 0) & (sound <= 1)).all()


def test_what_disagrees_with_the_others_is_least_sound() -> None:
    says = torch.tensor([[[0.8, 0.1, 0.1], [0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]], dtype=torch.float64)
    ratio, logit = says.log() - PRIOR, torch.zeros(1, 3, dtype=torch.float64)
    kept = torch.ones(1, 3, dtype=torch.bool)
    first, second, third = soundness(pooled(ratio, logit, kept), ratio, logit, kept)[0].tolist()
    assert first == second > third
