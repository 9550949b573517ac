import torch

from blemore_cli.model.fusion.weighted import WeightedFusion


def test_fuse_is_the_weighted_mean() -> None:
    latents, weights = torch.randn(2, 3, 4), torch.tensor([[0.2, 0.8, 0.0], [1.0, 0.0, 0.0]])
    fused = WeightedFusion(3, 2, 4, generator=torch.Generator())(latents, weights)
    torch.testing.assert_close(fused[0], 0.2 * latents[0, 0] + 0.8 * latents[0, 1])
    torch.testing.assert_close(fused[1], latents[1, 0])


def test_weighted_fusion_votes_by_the_scores() -> None:
    rule, scores = WeightedFusion(3, 2, 4, generator=torch.Generator()), torch.rand(2, 3)
    assert rule.votes(scores, scores > 0) is scores
