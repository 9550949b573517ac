import math

import torch
from torch import Tensor

from blemore_cli.model.network import Output
from blemore_cli.training.adaptation.dann import DomainAdversary, domain_loss, reverse_gradient


def even(n: int) -> torch.Tensor:
    return torch.full((n,), 1 / n)


def test_reversal_changes_no_bit_of_the_value_and_the_sign_of_the_gradient() -> None:
    x = (torch.randn(1000) * 10 ** torch.linspace(-30, 30, 1000)).requires_grad_()
    reversed_ = reverse_gradient(x)
    assert torch.equal(reversed_, x)
    factor = torch.randn(1000)
    (factor * reversed_).sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert torch.equal(x.grad, -factor)


def test_a_blind_discriminator_loses_ln_2_and_a_sure_one_stays_finite() -> None:
    assert math.isclose(float(domain_loss(torch.zeros(3), torch.zeros(5), even(3), even(5))), math.log(2), rel_tol=1e-6)
    sure = torch.full((3,), 1e4)
    assert float(domain_loss(sure, -sure, even(3), even(3))) == 0
    torch.testing.assert_close(domain_loss(-sure, sure, even(3), even(3)), torch.tensor(1e4))


def output(fused: Tensor) -> Output:
    return Output(fused, fused, fused, fused)


def test_one_backward_pass_trains_the_discriminator_and_deceives_it() -> None:
    adversary = DomainAdversary(3, generator=torch.Generator().manual_seed(0)).double()
    source = torch.randn(8, 3, dtype=torch.float64, requires_grad=True)
    target = torch.randn(6, 3, dtype=torch.float64, requires_grad=True)
    call = (even(8).double(), even(6).double())
    before = adversary(output(source), output(target), *call)
    before.backward()
    step = 1e-3
    with torch.no_grad():
        assert source.grad is not None
        assert target.grad is not None
        deceived = adversary(output(source - step * source.grad), output(target - step * target.grad), *call)
        for weight in adversary.parameters():
            assert weight.grad is not None
            weight.sub_(weight.grad, alpha=step)
        sharper = adversary(output(source), output(target), *call)
    assert sharper.item() < before.item() < deceived.item()


def test_latents_and_discriminator_reach_a_draw() -> None:
    generator = torch.Generator().manual_seed(0)
    adversary = DomainAdversary(2, generator=generator)
    source, target = torch.randn(64, 2, generator=generator), torch.randn(64, 2, generator=generator) + 2
    shift = torch.zeros(2, requires_grad=True)
    optimiser = torch.optim.Adam([{"params": [shift], "lr": 0.03}, {"params": adversary.parameters(), "lr": 0.01}])
    path = []
    for _ in range(300):
        optimiser.zero_grad()
        adversary(output(source + shift), output(target), even(64), even(64)).backward()
        optimiser.step()
        path.append(shift.detach().clone())
    torch.testing.assert_close(torch.stack(path[100:]).mean(0), torch.full((2,), 2.0), atol=0.6, rtol=0)
