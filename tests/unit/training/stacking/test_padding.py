import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.training.stacking.padding import aligned, n_real, padded_batches, zero_padding


def test_padding_becomes_zero_whatever_fills_it_and_real_rows_stay() -> None:
    rows = torch.tensor([[1.0, 2.0], [torch.nan, torch.inf], [3.0, -4.0]], requires_grad=True)
    share = torch.tensor([0.5, 0.0, 0.5])
    kept = zero_padding(rows, share)
    assert kept.tolist() == [[1, 2], [0, 0], [3, -4]]
    kept.square().sum().backward()  # type: ignore[no-untyped-call]
    assert rows.grad is not None
    assert rows.grad.tolist() == [[2, 4], [0, 0], [6, -8]]


def test_real_rows_are_counted_for_each_model() -> None:
    assert n_real(torch.tensor([[0.5, 0.0, 0.5], [0.0, 0.0, 0.0]])).tolist() == [2, 0]


@given(st.lists(st.lists(st.integers(1, 40), min_size=3, max_size=3), min_size=1, max_size=4))
def test_batches_of_all_models_are_filled_up_to_one_size(sizes: list[list[int]]) -> None:
    positions, share = padded_batches(sizes)
    assert positions.shape == share.shape == (len(sizes), 3, aligned(max(map(max, sizes))))
    for model, of_model in enumerate(sizes):
        is_real = share[model] > 0
        assert positions[model][is_real].tolist() == list(range(sum(of_model)))
        assert is_real.sum(-1).tolist() == of_model
        assert torch.allclose(share[model].sum(-1), torch.ones(3))
        assert not positions[model][~is_real].any()
