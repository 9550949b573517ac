import torch

from blemore_cli.training.loop.padding import n_real, zero_padding


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
