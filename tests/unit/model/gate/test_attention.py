import math

import torch

from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.linear import Linear


def test_score_is_the_formula_of_the_docstring() -> None:
    gate = AttentionGate((3, 5), (), 4, generator=torch.Generator().manual_seed(0))
    gate.requires_grad_(False)
    with torch.no_grad():
        gate.query.copy_(torch.randn(2, 4))
        gate.bias.copy_(torch.tensor([0.5, -0.5]))
    features = [torch.randn(2, 3), torch.randn(2, 5)]
    scores = gate(features)
    for clip in range(2):
        for encoder in range(2):
            layer = gate.keys.maps[encoder]
            assert isinstance(layer, Linear)
            key = [math.tanh(float(features[encoder][clip] @ layer.weight[:, j] + layer.bias[j])) for j in range(4)]
            expected = sum(q * k for q, k in zip(gate.query[encoder].tolist(), key, strict=True)) / 2
            assert math.isclose(float(scores[clip, encoder]), expected + float(gate.bias[encoder]), rel_tol=1e-5)


def test_a_score_depends_on_its_own_encoder_only() -> None:
    gate = AttentionGate((3, 5), (), 4, generator=torch.Generator().manual_seed(0))
    torch.nn.init.normal_(gate.query)
    first = [torch.randn(2, 3), torch.randn(2, 5)]
    changed = gate([first[0], first[1] + 1])
    assert torch.equal(gate(first)[:, 0], changed[:, 0])
    assert not torch.equal(gate(first)[:, 1], changed[:, 1])


def test_all_encoders_start_equal() -> None:
    gate = AttentionGate((3, 5), (), 4, generator=torch.Generator().manual_seed(0))
    assert not gate([torch.randn(2, 3), torch.randn(2, 5)]).any()
