import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.model.fusion.weighted import WeightedFusion, dropped, fuse, fusion_weights


@given(st.integers(0, 10_000), st.floats(0.1, 10))
def test_weights_are_a_distribution_over_the_kept(seed: int, temperature: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    scores = 5 * torch.randn(4, 6, generator=generator, dtype=torch.float64)
    kept = torch.rand(4, 6, generator=generator) < 0.5
    kept[:, 0] = True
    weights = fusion_weights(scores, kept, temperature)
    assert (weights[~kept] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(4, dtype=torch.float64))
    expected = (scores / temperature).exp() * kept
    torch.testing.assert_close(weights, expected / expected.sum(-1, keepdim=True), atol=1e-5, rtol=1e-4)


def test_fuse_is_the_weighted_mean() -> None:
    latents, weights = torch.randn(2, 3, 4), torch.tensor([[0.2, 0.8, 0.0], [1.0, 0.0, 0.0]])
    fused = fuse(latents, weights)
    torch.testing.assert_close(fused[0], 0.2 * latents[0, 0] + 0.8 * latents[0, 1])
    torch.testing.assert_close(fused[1], latents[1, 0])


def test_weighted_fusion_votes_by_the_scores_and_takes_the_mean() -> None:
    rule, latents, weights = WeightedFusion(), torch.randn(2, 3, 4), torch.rand(2, 3)
    assert rule.votes(weights, weights > 0) is weights
    assert torch.equal(rule(latents, weights), fuse(latents, weights))


def test_dropout_is_alike_in_all_latents_side_by_side() -> None:
    fused, drops = torch.randn(3, 5, 2 * 4), torch.rand(3, 5, 4)
    both = [dropped(part, drops, 0.4) for part in fused.chunk(2, dim=-1)]
    assert torch.equal(dropped(fused, drops, 0.4), torch.cat(both, dim=-1))


def test_dropout_keeps_the_expectation() -> None:
    fused, drops = torch.ones(200, 500), torch.rand(200, 500, generator=torch.Generator().manual_seed(0))
    result = dropped(fused, drops, 0.4)
    assert set(result.flatten().tolist()) == {0.0, float(torch.tensor(1.0) / 0.6)}
    assert abs(float(result.mean()) - 1) < 0.01
    assert torch.equal(dropped(fused, drops, 0.0), fused)
