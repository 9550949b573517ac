from typing import get_args

import pytest
import torch
from torch import Tensor

from blemore_cli.core.choices import Family, Heads
from blemore_cli.model.families import ConcatNetwork, build_network, set_linear
from blemore_cli.model.network import Architecture, BlemoreNetwork, TrainingStep

B, WIDTHS = 6, (3, 5, 4)
FAMILIES: tuple[Family, ...] = ("linear", "mlp256", "mlp512")


def network(family: Family = "mlp256", heads: Heads = "softmax_emotions", seed: int = 0) -> ConcatNetwork:
    return ConcatNetwork(
        Architecture(WIDTHS, family=family, heads=heads), generator=torch.Generator().manual_seed(seed)
    )


def batch(*leading: int) -> tuple[list[Tensor], Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    present = torch.rand(*leading, B, len(WIDTHS), generator=generator) < 0.6
    present[..., 0] = True
    features = [
        torch.randn(*leading, B, width, generator=generator) * present[..., [e]] for e, width in enumerate(WIDTHS)
    ]
    return features, present, torch.rand(*leading, B, len(WIDTHS), generator=generator)


@pytest.mark.parametrize(("family", "d_fused"), [("linear", 12), ("mlp256", 256), ("mlp512", 512), ("logistic", 12)])
def test_output_is_that_of_the_network(family: Family, d_fused: int) -> None:
    features, present, draws = batch()
    output = network(family)(features, present, draws, TrainingStep(exploration=1, dense=True))
    torch.testing.assert_close(output.log_prob.exp().sum(-1), torch.ones(B))
    torch.testing.assert_close(output.weights, present / present.sum(-1, keepdim=True))
    assert torch.equal(output.scores, torch.zeros(B, len(WIDTHS)))
    assert output.fused.shape == (B, d_fused)
    assert output.log_prob.shape == (B, 36 if family == "logistic" else 6)


def test_linear_model_sees_the_features_side_by_side() -> None:
    features, present, draws = batch()
    assert torch.equal(network("linear")(features, present, draws).fused, torch.cat(features, dim=-1))


def test_rows_without_any_encoder_are_finite() -> None:
    features, present, draws = batch()
    model = network()
    output = model([torch.zeros_like(x) for x in features], torch.zeros_like(present), draws)
    assert torch.equal(output.weights, torch.zeros_like(output.weights))
    output.log_prob.sum().backward()
    assert all(torch.isfinite(each).all() for each in output if each is not None)
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in model.parameters())


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("heads", ["decoupled", "softmax_labels", "softmax_emotions"])
def test_stacked_models_equal_each_model_alone(family: Family, heads: Heads) -> None:
    models = [network(family, heads, seed) for seed in range(3)]
    parameters, _ = torch.func.stack_module_state(list(models))
    features, present, draws = batch(3)
    together = torch.func.functional_call(models[0], parameters, (features, present, draws))
    for run, model in enumerate(models):
        alone = model([x[run] for x in features], present[run], draws[run])
        for found, expected in zip(together[:4], alone[:4], strict=True):
            torch.testing.assert_close(found[run], expected)


@pytest.mark.parametrize("family", ["logistic", "frequent_single", "frequent_blend"])
def test_fitted_coefficients_are_used(family: Family) -> None:
    features, present, draws = batch()
    model, (weight, bias) = network(family), (torch.randn(12, 36), torch.randn(36))
    set_linear(model, weight, bias)
    expected = (torch.cat(features, dim=-1) @ weight + bias).log_softmax(-1)
    torch.testing.assert_close(model(features, present, draws).log_prob, expected)


def test_coefficients_of_another_shape_are_refused() -> None:
    with pytest.raises(RuntimeError, match="size mismatch"):
        set_linear(network("logistic"), torch.zeros(12, 6), torch.zeros(6))


@pytest.mark.parametrize("family", get_args(Family))
def test_every_family_has_a_network_with_its_architecture(family: Family) -> None:
    architecture = Architecture((4, 3), family=family)
    network = build_network(architecture, generator=torch.Generator())
    assert type(network) is (BlemoreNetwork if family == "gated" else ConcatNetwork)
    assert network.architecture is architecture


@pytest.mark.parametrize("family", ["gated", "mlp256"])
def test_initial_weights_come_from_the_generator(family: Family) -> None:
    architecture = Architecture((4, 3), family=family)
    first, again, other = (
        build_network(architecture, generator=torch.Generator().manual_seed(seed)).state_dict() for seed in (5, 5, 6)
    )
    torch.testing.assert_close(first, again, rtol=0, atol=0)
    assert any(not torch.equal(first[key], other[key]) for key in first)
