import torch

from blemore_cli.training.adaptation.coral import coral_loss, covariance


def test_covariance_is_torchs() -> None:
    rows = torch.randn(9, 4, dtype=torch.float64)
    torch.testing.assert_close(covariance(rows, torch.full((9,), 1 / 9, dtype=torch.float64)), rows.T.cov())


def test_a_single_row_has_no_covariance_and_a_finite_gradient() -> None:
    row = torch.randn(1, 4, requires_grad=True)
    target, share = torch.randn(5, 4), torch.full((5,), 0.2)
    loss = coral_loss(row, target, torch.ones(1), share)
    torch.testing.assert_close(loss, target.T.cov().square().sum() / 64)
    loss.backward()  # type: ignore[no-untyped-call]
    assert row.grad is not None
    assert row.grad.tolist() == [[0, 0, 0, 0]]


def test_a_shift_of_the_mean_costs_nothing() -> None:
    rows, share = torch.randn(20, 3, dtype=torch.float64), torch.full((20,), 0.05, dtype=torch.float64)
    assert coral_loss(rows, rows + 7, share, share).item() < 1e-20


def test_descending_draws_the_covariances_together() -> None:
    generator = torch.Generator().manual_seed(0)
    source, target = torch.randn(64, 4, generator=generator), 3 * torch.randn(64, 4, generator=generator)
    share = torch.full((64,), 1 / 64)
    scale = torch.ones(4, requires_grad=True)
    optimiser = torch.optim.Adam([scale], lr=0.1)
    first = coral_loss(source * scale, target, share, share)
    for _ in range(60):
        optimiser.zero_grad()
        loss = coral_loss(source * scale, target, share, share)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    assert loss.item() < 0.05 * first.item()
    assert ((scale > 2) & (scale < 4)).all()
