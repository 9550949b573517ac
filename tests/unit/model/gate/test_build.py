import torch

from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.gate.build import build_gate
from blemore_cli.model.gate.view import ViewGate


def test_a_view_decides_the_kind() -> None:
    generator = torch.Generator().manual_seed(0)
    own, view = (build_gate((3, 5), view, 4, generator=generator) for view in ((), (1,)))
    assert (type(own), type(view)) == (AttentionGate, ViewGate)
    features = [torch.randn(2, 7, 3), torch.randn(2, 7, 5)]
    assert own(features).shape == view(features).shape == (2, 7, 2)
