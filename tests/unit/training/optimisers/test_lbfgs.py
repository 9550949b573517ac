"""L-BFGS of a few numbers against solutions in closed form."""

import numpy as np
import torch

from blemore_cli.training.optimisers.lbfgs import minimise


def test_it_finds_the_minimum_of_a_quadratic_form() -> None:
    generator = np.random.default_rng(0)
    root = generator.normal(size=(6, 6))
    form, slope = torch.from_numpy(root @ root.T + np.eye(6)), torch.from_numpy(generator.normal(size=6))
    first, second = (torch.zeros(2, 2, dtype=torch.float64, requires_grad=True) for _ in range(2))

    def objective() -> torch.Tensor:
        flat = torch.cat([first.flatten(), second.flatten()[:2]])
        return 0.5 * flat @ form @ flat - slope @ flat

    minimise(objective, [first, second])
    solution = np.linalg.solve(form.numpy(), slope.numpy())
    np.testing.assert_allclose(first.detach().numpy().ravel(), solution[:4], atol=1e-3)
    np.testing.assert_allclose(second.detach().numpy().ravel()[:2], solution[4:], atol=1e-3)
    assert second.detach()[1].tolist() == [0.0, 0.0]


def test_the_numbers_keep_their_type_and_place() -> None:
    number = torch.full((1,), 3.0, requires_grad=True)
    minimise(lambda: (number - 1).square().sum(), [number])
    assert number.dtype == torch.float32
    assert abs(number.item() - 1) < 1e-3
