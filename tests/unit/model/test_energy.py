import torch

from blemore_cli.model.energy import log_energy


def test_energy_is_the_mean_square_whatever_the_width() -> None:
    features = [torch.full((2, 3), 2.0), torch.tensor([[0.0] * 5, [1.0] * 5])]
    energy = log_energy(features)
    torch.testing.assert_close(energy, torch.tensor([[4.0, 1e-6], [4.0, 1.0]]).add(1e-9).log(), atol=1e-4, rtol=1e-4)
