import math

import torch

from blemore_cli.model.gate.view import ViewGate
from blemore_cli.model.network import Architecture, BlemoreNetwork


def test_score_is_the_formula_of_the_docstring() -> None:
    gate = ViewGate((3, 5, 2), (2, 0), 4, generator=torch.Generator().manual_seed(0)).requires_grad_(False)
    torch.nn.init.normal_(gate.query)
    gate.bias.copy_(torch.tensor([0.5, -0.5, 0.0]))
    features = [torch.randn(6, width) for width in (3, 5, 2)]
    scores = gate(features)
    assert scores.shape == (6, 3)
    for clip in range(6):
        view = [*features[2][clip].tolist(), *features[0][clip].tolist()]
        key = []
        for j in range(4):
            weights = gate.key.weight[:, j].tolist()
            key.append(math.tanh(sum(w * v for w, v in zip(weights, view, strict=True)) + float(gate.key.bias[j])))
        for encoder in range(3):
            product = sum(q * k for q, k in zip(gate.query[encoder].tolist(), key, strict=True))
            expected = product / math.sqrt(4) + float(gate.bias[encoder])
            assert math.isclose(float(scores[clip, encoder]), expected, rel_tol=1e-5, abs_tol=1e-6)


def test_encoders_beside_the_view_are_not_read() -> None:
    gate = ViewGate((3, 5), (1,), 4, generator=torch.Generator().manual_seed(0))
    torch.nn.init.normal_(gate.query)
    first = [torch.randn(2, 3), torch.randn(2, 5)]
    assert torch.equal(gate(first), gate([first[0] + 1, first[1]]))
    assert not torch.equal(gate(first), gate([first[0], first[1] + 1]))


def test_a_network_with_a_view_reads_the_view_and_what_it_keeps() -> None:
    architecture = Architecture((3, 5, 4), d_latent=8, d_gate=4, top_n=1, gate_view=(1,))
    network = BlemoreNetwork(architecture, generator=torch.Generator().manual_seed(0)).requires_grad_(False)
    features, draws = [torch.randn(30, width) for width in (3, 5, 4)], torch.rand(30, 3)
    output = network(features, torch.ones(30, 3, dtype=torch.bool), draws)
    read = output.weights > 0
    read[:, 1] = True
    blank = [torch.where(read[:, [e]], x, torch.zeros(())) for e, x in enumerate(features)]
    assert torch.equal(network(blank, torch.ones(30, 3, dtype=torch.bool), draws).log_prob, output.log_prob)
