import torch

from blemore_cli.model.gate import Gate, new_gate
from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.gate.view import ViewGate


def new(view: tuple[int, ...], generator: torch.Generator) -> Gate:
    return new_gate("attention", (3, 5), view, 4, generator=generator, options={})


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
