import torch

from blemore_cli.model.linear import Linear


def test_equals_torch_linear() -> None:
    layer = Linear(4, 3, generator=torch.Generator().manual_seed(0))
    reference = torch.nn.Linear(4, 3)
    reference.load_state_dict({"weight": layer.weight.T, "bias": layer.bias})
    x = torch.randn(5, 4)
    torch.testing.assert_close(layer(x), reference(x))


def test_stacked_parameters_give_each_models_own_output() -> None:
    layers = [Linear(4, 3, generator=torch.Generator().manual_seed(seed)) for seed in range(2)]
    stacked = {key: torch.stack([layer.state_dict()[key] for layer in layers]) for key in ("weight", "bias")}
    x = torch.randn(2, 5, 4)
    together = torch.func.functional_call(layers[0], stacked, (x,))
    for model, layer in enumerate(layers):
        torch.testing.assert_close(together[model], layer(x[model]))


def test_initial_weights_come_from_the_generator() -> None:
    first, again, other = (Linear(4, 3, generator=torch.Generator().manual_seed(seed)) for seed in (0, 0, 1))
    assert torch.equal(first.weight, again.weight)
    assert not torch.equal(first.weight, other.weight)
