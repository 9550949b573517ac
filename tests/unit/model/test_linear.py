import torch

from blemore_cli.model.linear import Linear, side_by_side


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


def test_side_by_side_gives_the_outputs_of_each_in_turn() -> None:
    generator = torch.Generator().manual_seed(0)
    layers = [Linear(4, width, generator=generator) for width in (3, 1, 2)]
    x = torch.randn(5, 4)
    expected = torch.cat([layer(x) for layer in layers], dim=-1)
    joined = side_by_side(layers)
    torch.testing.assert_close(joined(x), expected)
    assert [tuple(parameter.shape) for parameter in joined.parameters()] == [(4, 6), (6,)]
