"""The baselines' training step against the organisers' plain torch: linear layers, log-softmax, KL loss, Adam."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from blemore_cli.core.choices import Family
from blemore_cli.core.labels import SALIENCE
from blemore_cli.model.families import ConcatNetwork
from blemore_cli.model.network import Architecture
from blemore_cli.training.losses import label_loss

WIDTHS, B = (7, 5), 32
GENERATOR = torch.Generator().manual_seed(0)


def replica(network: ConcatNetwork) -> nn.Sequential:
    state = network.state_dict()
    modules: list[nn.Module] = []
    for layer in ("hidden", "heads.logits"):
        if f"{layer}.weight" in state:
            weight, bias = state[f"{layer}.weight"], state[f"{layer}.bias"]
            plain = nn.Linear(weight.shape[0], weight.shape[1], dtype=weight.dtype)
            plain.load_state_dict({"weight": weight.T.clone(), "bias": bias.clone()})
            modules += [plain, nn.ReLU()]
    return nn.Sequential(*modules[:-1], nn.LogSoftmax(dim=1))


@pytest.mark.parametrize("family", ["linear", "mlp256", "mlp512"])
def test_steps_are_those_of_the_organisers(family: Family) -> None:
    architecture = Architecture(WIDTHS, family=family, heads="softmax_emotions")
    ours = ConcatNetwork(architecture, generator=GENERATOR).double()
    theirs = replica(ours)
    before = copy.deepcopy(theirs)
    optimisers = [torch.optim.Adam(model.parameters(), lr=5e-3, weight_decay=1e-3) for model in (ours, theirs)]
    for _ in range(5):
        features = torch.randn(B, sum(WIDTHS), dtype=torch.float64, generator=GENERATOR)
        label = torch.randint(0, 36, (B,), generator=GENERATOR)
        present, draws = torch.ones(B, 2, dtype=torch.bool), torch.rand(B, 2)
        log_prob = ours(torch.split(features, list(WIDTHS), dim=-1), present, draws).log_prob
        losses = (
            label_loss(log_prob, label),
            F.kl_div(theirs(features), torch.tensor(SALIENCE)[label], reduction="batchmean"),
        )
        for optimiser, loss in zip(optimisers, losses, strict=True):
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    after = replica(ours).state_dict()
    for name, parameter in theirs.state_dict().items():
        torch.testing.assert_close(after[name], parameter, atol=1e-12, rtol=0)
        assert not torch.equal(before.state_dict()[name], parameter)


def test_initial_weights_are_drawn_like_torchs() -> None:
    """nn.Linear: kaiming_uniform with a = sqrt(5), which is uniform in +-1/sqrt(d_in)."""
    ours = ConcatNetwork(Architecture((100,), family="mlp512", heads="softmax_emotions"), generator=GENERATOR)
    theirs = nn.Linear(100, 512)
    assert ours.hidden is not None
    for weight in (ours.hidden.weight, theirs.weight):
        assert 0.099 < weight.abs().max() <= 0.1
        assert weight.std().item() == pytest.approx(0.1 / 3**0.5, rel=0.02)
