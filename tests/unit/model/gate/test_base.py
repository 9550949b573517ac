import torch

from blemore_cli.model.gate import Gate
from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.gate.view import ViewGate
from blemore_cli.model.network import Architecture


def new(view: tuple[int, ...], generator: torch.Generator) -> Gate:
    return Architecture((3, 5), gate_view=view, d_gate=4).new_gate(generator)


def test_a_view_decides_the_kind() -> None:
    generator = torch.Generator().manual_seed(0)
    attention, view = (new(view, generator) for view in ((), (1,)))
    assert (type(attention), type(view)) == (AttentionGate, ViewGate)
    features = [torch.randn(2, 7, 3), torch.randn(2, 7, 5)]
    assert attention(features).shape == view(features).shape == (2, 7, 2)


def test_sharpening_multiplies_the_scores() -> None:
    features = [torch.randn(7, 3), torch.randn(7, 5)]
    for view in ((), (1,)):
        gate = new(view, torch.Generator().manual_seed(0))
        with torch.no_grad():
            gate.query.normal_()
            gate.bias.normal_()
        before = gate(features)
        gate.sharpen(2.5)
        torch.testing.assert_close(gate(features), 2.5 * before)
