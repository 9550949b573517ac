import torch

from blemore_cli.training.stacking.flat_weights import FULL, FlatWeights

R = 3


def tensors() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {
        "matrix": torch.randn(R, 4, 2, generator=generator),
        "vector": torch.randn(R, 5, generator=generator),
        "unused": torch.randn(R, 1, generator=generator),
    }


def test_names_and_vector_share_their_memory() -> None:
    given = tensors()
    weights = FlatWeights(given)
    torch.testing.assert_close(weights.named, given, rtol=0, atol=0)
    with torch.no_grad():
        weights.vector.add_(1)
    torch.testing.assert_close(weights.named, {name: value + 1 for name, value in given.items()}, rtol=0, atol=0)
    torch.testing.assert_close(given, tensors(), rtol=0, atol=0)


def test_gradients_arrive_in_the_vector_and_add_up_until_they_are_cleared() -> None:
    weights = FlatWeights(tensors())
    expected = torch.cat([torch.full((R * 8,), 2.0), torch.full((R * 5,), 3.0), torch.zeros(R)])
    expected = torch.cat([expected, torch.zeros(-len(expected) % FULL)])
    for times in (1, 2):
        (2 * weights.named["matrix"].sum() + 3 * weights.named["vector"].sum()).backward()  # type: ignore[no-untyped-call]
        assert torch.equal(weights.vector.grad, times * expected)  # type: ignore[arg-type]
    torch.optim.SGD([weights.vector], lr=1.0).zero_grad(set_to_none=False)
    assert not any(weight.grad.any() for weight in weights.named.values() if weight.grad is not None)
    weights.named["vector"].sum().backward()  # type: ignore[no-untyped-call]
    assert weights.vector.grad is not None
    assert weights.vector.grad.sum() == R * 5


def test_a_step_on_the_vector_is_a_step_on_every_weight() -> None:
    weights, given = FlatWeights(tensors()), tensors()
    optimiser = torch.optim.AdamW([weights.vector], lr=0.1)
    weights.named["matrix"].square().sum().backward()  # type: ignore[no-untyped-call]
    optimiser.step()
    moved = {name: not torch.equal(weight, given[name]) for name, weight in weights.named.items()}
    assert moved == {"matrix": True, "vector": True, "unused": True}  # the decay reaches those without gradient


def test_some_of_the_models_stay_in_the_order_asked_for() -> None:
    weights, index = FlatWeights(tensors()), torch.tensor([2, 0])
    kept = weights.keep(index)
    expected = {name: value[[2, 0]] for name, value in tensors().items()}
    torch.testing.assert_close(kept.named, expected, rtol=0, atol=0)
    assert torch.equal(kept.vector, weights.rows(weights.vector, index))
    state = torch.arange(float(len(weights.vector)))  # an optimiser's, of the same layout
    cut = {name: part[[2, 0]] for name, part in weights.cut(state).items()}
    torch.testing.assert_close(kept.cut(weights.rows(state, index)), cut, rtol=0, atol=0)
    with torch.no_grad():
        kept.vector.zero_()
    assert all(weight.abs().min() > 0 for weight in weights.named.values())
