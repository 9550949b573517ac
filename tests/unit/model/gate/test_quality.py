import torch

from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.gate.quality import REACH, QualityGate

FEATURES = [torch.full((2, 3), 2.0), torch.full((2, 5), 0.5)]


def new(kind: type[AttentionGate]) -> AttentionGate:
    gate = kind((3, 5), (), 4, generator=torch.Generator().manual_seed(0)).requires_grad_(False)
    gate.query.copy_(torch.arange(8.0).reshape(2, 4) / 8)
    gate.bias.copy_(torch.tensor([0.5, -0.5]))
    return gate


def test_the_energy_of_an_input_and_its_square_are_added_to_attention() -> None:
    gate = new(QualityGate)
    assert isinstance(gate, QualityGate)
    torch.testing.assert_close(gate(FEATURES), new(AttentionGate)(FEATURES))
    gate.slope.copy_(torch.tensor([[1.0, 0.0], [0.0, 2.0]]))
    energy = torch.tensor([4.0, 0.25]).log()
    added = REACH * torch.stack([energy[0], 2 * energy[1] ** 2]).expand(2, 2)
    torch.testing.assert_close(gate(FEATURES) - new(AttentionGate)(FEATURES), added, atol=1e-4, rtol=1e-4)


def test_noise_of_either_sign_has_the_same_score_by_its_energy() -> None:
    gate = QualityGate((3, 5), (), 4, generator=torch.Generator().manual_seed(0)).requires_grad_(False)
    gate.slope.fill_(1.0)
    torch.testing.assert_close(gate(FEATURES), gate([-x for x in FEATURES]))
    assert not torch.equal(gate(FEATURES), gate([2 * x for x in FEATURES]))


def test_sharpening_multiplies_all_of_the_score() -> None:
    gate = new(QualityGate)
    assert isinstance(gate, QualityGate)
    gate.slope.fill_(0.3)
    before = gate(FEATURES)
    gate.sharpen(2.5)
    torch.testing.assert_close(gate(FEATURES), 2.5 * before)
