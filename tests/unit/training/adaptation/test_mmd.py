import pytest
import torch

from blemore_cli.training.adaptation.mmd import mmd_loss


def even(n: int) -> torch.Tensor:
    return torch.full((n,), 1 / n)


@pytest.mark.parametrize("value", [0.0, 1e-8, 0.1, 3e4])
def test_equal_points_have_no_discrepancy_and_no_gradient(value: float) -> None:
    source = torch.full((5, 4), value, requires_grad=True)
    loss = mmd_loss(source, torch.full((3, 4), value), even(5), even(3))
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() < 1e-6
    assert source.grad is not None
    assert (source.grad == 0).all()


def test_it_is_never_negative_and_at_most_two() -> None:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(200, 6, 3, generator=generator)
    same = mmd_loss(rows, rows.flip(-2), even(6).expand(200, 6), even(6).expand(200, 6))
    assert ((same >= 0) & (same < 1e-6)).all()
    far = mmd_loss(rows * 1e-6, rows * 1e-6 + 1, even(6).expand(200, 6), even(6).expand(200, 6))
    assert ((far > 0.5) & (far <= 2)).all()


def test_it_does_not_depend_on_the_scale_of_the_latents() -> None:
    source, target = torch.randn(8, 3, dtype=torch.float64), torch.randn(7, 3, dtype=torch.float64) + 1
    shares = even(8).double(), even(7).double()
    torch.testing.assert_close(mmd_loss(source, target, *shares), mmd_loss(100 * source, 100 * target, *shares))


def test_single_rows_are_allowed() -> None:
    row = torch.zeros(1, 2, requires_grad=True)
    loss = mmd_loss(row, torch.ones(1, 2), even(1), even(1))
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() > 0
    assert row.grad is not None
    assert (row.grad < 0).all()


def test_descending_draws_the_means_together() -> None:
    generator = torch.Generator().manual_seed(0)
    source, target = torch.randn(64, 4, generator=generator), torch.randn(64, 4, generator=generator) + 2
    shift = torch.zeros(4, requires_grad=True)
    optimiser = torch.optim.Adam([shift], lr=0.1)
    for _ in range(60):
        optimiser.zero_grad()
        mmd_loss(source + shift, target, even(64), even(64)).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    torch.testing.assert_close(shift.detach(), torch.full((4,), 2.0), atol=0.4, rtol=0)
