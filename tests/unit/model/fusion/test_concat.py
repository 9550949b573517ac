import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.model.fusion.base import fusion_weights
from blemore_cli.model.fusion.concat import ConcatFusion

E, D = 5, 3


def concat(n: int) -> ConcatFusion:
    return ConcatFusion(E, n, D, generator=torch.Generator())


def material(seed: int, n: int, *leading: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Latents, and weights of at most n of the encoders."""
    generator = torch.Generator().manual_seed(seed)
    latents = torch.randn(*leading, 6, E, D, generator=generator)
    scores = torch.randn(*leading, 6, E, generator=generator)
    kept = torch.rand(*leading, 6, E, generator=generator).argsort(-1) < n
    kept &= torch.rand(*leading, 6, E, generator=generator) < 0.8
    kept |= ~kept.any(-1, keepdim=True) & (torch.arange(E) == 2)
    return latents, fusion_weights(scores, kept)


@given(st.integers(0, 1000), st.integers(1, E))
def test_equals_a_plain_loop(seed: int, n: int) -> None:
    latents, weights = material(seed, n)
    fused = concat(n)(latents, weights)
    assert fused.shape == (6, n * D)
    for clip in range(6):
        expected = torch.zeros(n, D)
        order = sorted((e for e in range(E) if weights[clip, e] > 0), key=lambda e: -float(weights[clip, e]))
        for place, e in enumerate(order):
            expected[place] = weights[clip, e] * latents[clip, e]
        torch.testing.assert_close(fused[clip], expected.flatten())


def test_places_sum_to_the_weighted_mean() -> None:
    latents, weights = material(0, 3, 2)
    places = concat(3)(latents, weights).unflatten(-1, (3, D))
    torch.testing.assert_close(places.sum(-2), (weights.unsqueeze(-1) * latents).sum(-2))


def test_the_last_place_holds_the_sum_of_the_rest() -> None:
    latents, weights = material(4, E)
    fused = concat(2)(latents, weights)
    for clip in range(6):
        best, *rest = sorted(range(E), key=lambda e: -float(weights[clip, e]))
        other = sum((weights[clip, e] * latents[clip, e] for e in rest), torch.zeros(D))
        torch.testing.assert_close(fused[clip], torch.cat([weights[clip, best] * latents[clip, best], other]))


def test_the_order_of_the_encoders_does_not_matter() -> None:
    latents, weights = material(1, 3)
    shuffled = torch.tensor([3, 0, 4, 2, 1])
    fuse = concat(3)
    assert torch.equal(fuse(latents[:, shuffled], weights[:, shuffled]), fuse(latents, weights))


@pytest.mark.parametrize("n", [1, 3, E])
def test_leading_dimensions_keep_models_apart(n: int) -> None:
    latents, weights = material(2, n, 4)
    fuse = concat(n)
    alone = torch.stack([fuse(x, w) for x, w in zip(latents, weights, strict=True)])
    assert torch.equal(fuse(latents, weights), alone)


def test_weights_get_a_gradient() -> None:
    latents, weights = material(3, 3)
    weights.requires_grad_()
    concat(3)(latents, weights).sum().backward()
    assert weights.grad is not None
    expected = latents.sum(-1)[weights > 0]
    torch.testing.assert_close(weights.grad[weights > 0], expected)
