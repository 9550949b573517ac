import copy
from typing import get_args

import pytest
import torch
from torch import Tensor, nn

from blemore_cli.core.choices import Adaptation
from blemore_cli.core.config.schema import AdaptConfig
from blemore_cli.core.errors import ConfigError
from blemore_cli.model.network import Output
from blemore_cli.training.adaptation import new_adapter
from blemore_cli.training.adaptation.base import Adapter

METHODS = [method for method in get_args(Adaptation) if method != "none"]
N_MODELS, D = 3, 5
N_REAL = ((7, 4), (6, 6), (1, 3))
"""Real rows of source and target in each of three stacked models; the stacked batches have 7 and 6 rows."""

Domains = tuple[Tensor, Tensor, Tensor, Tensor]


def new(method: Adaptation, seed: int) -> Adapter | None:
    return new_adapter(AdaptConfig(method=method), D, generator=torch.Generator().manual_seed(seed))


def adapters(method: Adaptation) -> list[nn.Module]:
    made = [new(method, model) for model in range(N_MODELS)]
    return [adapter.double() for adapter in made if adapter is not None]


def domains(filling: float) -> list[Domains]:
    """Each model's domains, with rows of a filling that have no share."""
    generator = torch.Generator().manual_seed(0)
    made = []
    for model, (n_source, n_target) in enumerate(N_REAL):
        rows = [torch.randn(n, D, generator=generator, dtype=torch.float64) for n in (7, 6)]
        shares = [torch.zeros(n, dtype=torch.float64) for n in (7, 6)]
        for domain, n_real in enumerate((n_source, n_target)):
            rows[domain][n_real:] = filling
            rows[domain] += model * domain
            shares[domain][:n_real] = 1 / n_real
        made.append((rows[0].requires_grad_(), rows[1].requires_grad_(), *shares))
    return [(source, target, p, q) for source, target, p, q in made]


def output(fused: Tensor) -> Output:
    """A network's output of which nothing but the fused latents is read."""
    return Output(fused, fused, fused, fused)


def compared(adapter: nn.Module, source: Tensor, target: Tensor, *shares: Tensor) -> Tensor:
    loss: Tensor = adapter(output(source), output(target), *shares)
    return loss


def alone(adapter: nn.Module, domain: Domains, n_real: tuple[int, int]) -> tuple[Tensor, list[Tensor]]:
    """Loss and gradients of one model on its real rows, without padding."""
    source, target = (rows[:n].detach().requires_grad_() for rows, n in zip(domain[:2], n_real, strict=True))
    loss = adapter(output(source), output(target), domain[2][: n_real[0]], domain[3][: n_real[1]])
    return loss, list(torch.autograd.grad(loss, [source, target, *adapter.parameters()]))


@pytest.mark.parametrize("filling", [0.0, 1e30, torch.nan])
@pytest.mark.parametrize("method", METHODS)
def test_padding_changes_neither_value_nor_gradient(method: Adaptation, filling: float) -> None:
    for adapter, domain, n_real in zip(adapters(method), domains(filling), N_REAL, strict=True):
        expected, gradients = alone(adapter, domain, n_real)
        loss = compared(adapter, *domain)
        torch.testing.assert_close(loss, expected)
        source, target, *weights = torch.autograd.grad(loss, [*domain[:2], *adapter.parameters()])
        for found, gradient, n in zip((source, target), gradients[:2], n_real, strict=True):
            torch.testing.assert_close(found[:n], gradient)
            assert (found[n:] == 0).all()
        torch.testing.assert_close(weights, gradients[2:])


@pytest.mark.parametrize("method", METHODS)
def test_stacked_models_get_the_loss_and_gradient_that_each_gets_alone(method: Adaptation) -> None:
    models, parts = adapters(method), domains(9.0)
    stacked = tuple(torch.stack([part[i] for part in parts]).detach() for i in range(4))
    source, target = (rows.requires_grad_() for rows in stacked[:2])
    weights = {
        name: torch.stack([dict(model.named_parameters())[name].detach() for model in models]).requires_grad_()
        for name, _ in models[0].named_parameters()
    }
    loss = torch.func.functional_call(copy.deepcopy(models[0]), weights, (output(source), output(target), *stacked[2:]))
    assert loss.shape == (N_MODELS,)
    loss.sum().backward()
    for index, (model, part, n_real) in enumerate(zip(models, parts, N_REAL, strict=True)):
        expected, gradients = alone(model, part, n_real)
        torch.testing.assert_close(loss[index], expected)
        found = [
            rows.grad[index, :n] for rows, n in zip((source, target), n_real, strict=True) if rows.grad is not None
        ]
        found += [weight.grad[index] for weight in weights.values() if weight.grad is not None]
        torch.testing.assert_close(found, gradients)


@pytest.mark.parametrize("method", METHODS)
def test_single_precision_suffices(method: Adaptation) -> None:
    source, target = torch.randn(64, D), torch.randn(64, D) + 0.5
    shares = torch.full((64,), 1 / 64), torch.full((64,), 1 / 64)
    adapter = adapters(method)[0]
    exact = compared(adapter, source.double(), target.double(), *(share.double() for share in shares))
    single = compared(adapter.float(), source, target, *shares)
    torch.testing.assert_close(single.double(), exact, rtol=1e-4, atol=1e-6)


def test_without_adaptation_there_is_no_module() -> None:
    assert new_adapter(AdaptConfig(method="none"), D, generator=torch.Generator()) is None


def test_the_discriminators_weights_come_from_the_generator() -> None:
    first, again = new("dann", 7), new("dann", 7)
    assert first is not None
    assert again is not None
    torch.testing.assert_close(first.state_dict(), again.state_dict(), rtol=0, atol=0)


def test_hyperparameters_are_those_of_the_method() -> None:
    config = AdaptConfig(method="dann", options={"d_hidden": 7})
    adapter = new_adapter(config, D, generator=torch.Generator())
    assert adapter is not None
    assert adapter.get_parameter("hidden.weight").shape == (D, 7)
    with pytest.raises(ConfigError, match=r"adapt.options: coral.d_hidden is no hyperparameter"):
        new_adapter(config.model_copy(update={"method": "coral"}), D, generator=torch.Generator())
