import pytest
import torch

from blemore_cli.core.errors import ConfigError
from blemore_cli.model.fusion.base import fusion_weights
from blemore_cli.model.fusion.transformer import TransformerFusion

E, D = 4, 8


def transformer(n_layers: int = 1) -> TransformerFusion:
    return TransformerFusion(E, E, D, generator=torch.Generator().manual_seed(0), n_layers=n_layers)


def material() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    kept = torch.tensor([[True] * E, [True, False, True, False], [False, True, False, False], [False] * E])
    weights = fusion_weights(torch.randn(4, E, generator=generator), kept)
    return torch.randn(4, E, D, generator=generator), weights


@pytest.mark.parametrize("n_layers", [1, 2])
def test_encoders_without_weight_have_no_effect(n_layers: int) -> None:
    latents, weights = material()
    fuse = transformer(n_layers)
    changed = torch.where((weights > 0).unsqueeze(-1), latents, 100.0)
    assert torch.equal(fuse(latents, weights), fuse(changed, weights))
    assert (fuse(latents, weights)[3] == 0).all()


def test_encoders_with_weight_are_heard_by_one_another() -> None:
    latents, weights = material()
    fuse = transformer()
    alone = torch.zeros_like(weights)
    alone[:, 0] = 1
    pairs = torch.where(torch.arange(E) < 2, 1e-9, 0.0).expand_as(weights) + alone
    heard = fuse(latents, pairs) - fuse(latents, alone)
    assert (heard.abs().amax(-1) > 1e-4).all()  # a token with next to no weight still speaks to the first


def test_one_encoder_is_its_own_token() -> None:
    latents, weights = material()
    fuse = transformer()
    token = latents[2, 1] + fuse.embedding[1]
    expected = fuse.layers[0](token[None, None], torch.ones(1, 1, dtype=torch.bool))
    torch.testing.assert_close(fuse(latents, weights)[2], expected[0, 0])


def test_layers_have_weights_of_their_own_and_there_is_one_at_least() -> None:
    first, second = (layer.state_dict() for layer in transformer(2).layers)
    assert not torch.equal(first["join.weight"], second["join.weight"])
    with pytest.raises(ConfigError, match="n_layers must be at least 1, got 0"):
        transformer(0)
