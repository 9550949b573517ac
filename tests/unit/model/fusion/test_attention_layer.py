"""The attention layer against torch's own transformer layer."""

import pytest
import torch
from torch import nn

from blemore_cli.model.fusion.attention_layer import AttentionLayer

B, E = 6, 5


def layer(d: int, seed: int = 0) -> AttentionLayer:
    made = AttentionLayer(d, generator=torch.Generator().manual_seed(seed))
    for parameter in made.parameters():
        nn.init.normal_(parameter, std=0.5, generator=torch.Generator().manual_seed(seed + 1))
    return made


def material(d: int, *leading: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    attended = torch.rand(*leading, B, E, generator=generator) < 0.6
    attended[..., 0] = True
    return torch.randn(*leading, B, E, d, generator=generator), attended


def torchs_layer(mine: AttentionLayer, d: int) -> nn.TransformerEncoderLayer:
    other = nn.TransformerEncoderLayer(d, mine.n_heads, 2 * d, dropout=0.0, batch_first=True, norm_first=True)
    attention = other.self_attn
    pairs = (
        (attention.in_proj_weight, attention.in_proj_bias, mine.query_key_value),
        (attention.out_proj.weight, attention.out_proj.bias, mine.join),
        (other.linear1.weight, other.linear1.bias, mine.widen),
        (other.linear2.weight, other.linear2.bias, mine.narrow),
    )
    with torch.no_grad():
        for weight, bias, linear in pairs:
            weight.copy_(linear.weight.T)
            bias.copy_(linear.bias)
    return other


@pytest.mark.parametrize(("d", "n_heads"), [(8, 4), (6, 2), (5, 1)])
def test_it_is_torchs_layer(d: int, n_heads: int) -> None:
    mine = layer(d)
    assert mine.n_heads == n_heads
    tokens, attended = material(d)
    expected = torchs_layer(mine, d)(tokens, src_key_padding_mask=~attended)
    torch.testing.assert_close(mine(tokens, attended)[attended], expected[attended], atol=1e-5, rtol=1e-5)


def test_tokens_that_are_not_attended_to_change_no_other() -> None:
    mine = layer(8)
    tokens, attended = material(8)
    changed = torch.where(attended.unsqueeze(-1), tokens, 1e6)
    assert torch.equal(mine(tokens, attended)[attended], mine(changed, attended)[attended])


def test_a_clip_without_tokens_stays_finite() -> None:
    tokens, attended = material(8)
    tokens.requires_grad_()
    result = layer(8)(tokens, torch.zeros_like(attended))
    result.sum().backward()
    assert result.isfinite().all()
    assert tokens.grad is not None
    assert tokens.grad.isfinite().all()


def test_stacked_layers_are_layers_side_by_side() -> None:
    layers = [layer(8, seed) for seed in (0, 5)]
    stacked = {key: torch.stack([each.state_dict()[key] for each in layers]) for key in layers[0].state_dict()}
    tokens, attended = material(8, 2)
    together = torch.func.functional_call(layers[0], stacked, (tokens, attended))
    for place, each in enumerate(layers):
        torch.testing.assert_close(together[place], each(tokens[place], attended[place]))
