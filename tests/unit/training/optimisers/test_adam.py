"""Adam against the classes of torch."""

import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn

from blemore_cli.core.config.schema import TrainConfig
from blemore_cli.training.optimisers.adam import adam_of

KINDS = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}


def loss(weight: Tensor) -> Tensor:
    return (weight - torch.arange(len(weight))).square().mean().sqrt()


@pytest.mark.parametrize("name", KINDS)
def test_it_is_the_optimiser_of_torch(name: str) -> None:
    config = TrainConfig(optimiser=name, learning_rate=0.01, weight_decay=0.3)  # type: ignore[arg-type]
    ours, theirs = (nn.Parameter(torch.linspace(-2, 2, 35)) for _ in range(2))
    optimiser = adam_of([ours], config)
    reference = KINDS[name]([theirs], lr=0.01, weight_decay=0.3, fused=True)
    for _ in range(20):
        optimiser.clear_gradients()
        reference.zero_grad()
        for weight in (ours, theirs):
            torch.autograd.backward(loss(weight))
        optimiser.step()
        reference.step()
    assert torch.equal(ours, theirs)
    assert not torch.allclose(ours, torch.linspace(-2, 2, 35))


def test_a_weight_without_a_gradient_stays() -> None:
    used, unused = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    optimiser = adam_of([used, unused], TrainConfig(learning_rate=0.1, weight_decay=1.0))
    optimiser.step()
    torch.autograd.backward(used.sum())
    optimiser.step()
    assert torch.equal(unused, torch.ones(2))
    assert not torch.equal(used, torch.ones(2))


def test_some_of_the_weights_go_on_as_beside_the_others() -> None:
    config = TrainConfig(learning_rate=0.05, weight_decay=0.1)
    target = torch.linspace(-3, 3, 32)

    def stepped(weight: Tensor, of: Tensor, optimiser: object) -> None:
        optimiser.clear_gradients()  # type: ignore[attr-defined]
        torch.autograd.backward((weight - of).square().sum())
        optimiser.step()  # type: ignore[attr-defined]

    whole, part = nn.Parameter(torch.zeros(32)), nn.Parameter(torch.zeros(16))
    optimiser = adam_of([whole], config)
    for _ in range(5):
        stepped(whole, target, optimiser)
    with torch.no_grad():
        part.copy_(whole[16:])
    some = optimiser.continued([part], lambda tensor: tensor[16:].clone())
    for _ in range(5):
        stepped(whole, target, optimiser)
        stepped(part, target[16:], some)
    assert torch.equal(part, whole[16:])


STEPS = """
import sys
import torch
from blemore_cli.core.config.schema import TrainConfig
from blemore_cli.training.optimisers.adam import adam_of
from blemore_cli.training.optimisers.lbfgs import minimise
weight = torch.ones(3, requires_grad=True)
torch.autograd.backward(weight.sum())
adam_of([weight], TrainConfig()).step()
minimise(lambda: weight.square().sum(), [weight])
assert "torch._dynamo" not in sys.modules
"""


def test_optimisers_do_not_import_the_compiler() -> None:
    subprocess.run([sys.executable, "-c", STEPS], check=True)
