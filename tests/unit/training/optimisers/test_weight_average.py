import numpy as np
import torch
from torch import nn

from blemore_cli.training.optimisers.weight_average import AVERAGING, WeightAverage

PATH = np.random.default_rng(0).normal(size=(30, 3))
"""Where a weight of three numbers is after each of thirty steps."""


def followed(*, enabled: bool, start: float = 9.0) -> list[np.ndarray]:
    weight = nn.Parameter(torch.full((3,), start, dtype=torch.float64))
    average = WeightAverage([weight], enabled=enabled)
    values = []
    for newest in PATH:
        with torch.no_grad():
            weight.copy_(torch.from_numpy(newest))
        average.update()
        values.append(average.values[0].numpy().copy())
    return values


def test_the_average_is_the_polynomial_decay_average() -> None:
    """In closed form: step s of t counts in proportion to (s + 1) (s + 2) ... (s + AVERAGING - 1) * s."""
    for t, value in enumerate(followed(enabled=True), 1):
        weight = np.array([np.prod([s + k for k in range(AVERAGING)], dtype=float) for s in range(1, t + 1)])
        np.testing.assert_allclose(value, weight @ PATH[:t] / weight.sum(), rtol=1e-10)


def test_the_average_forgets_the_initial_weights_at_once() -> None:
    np.testing.assert_array_equal(followed(enabled=True, start=1e6)[0], PATH[0])


def test_without_averaging_the_newest_weights_are_followed() -> None:
    np.testing.assert_array_equal(followed(enabled=False), PATH)


def test_the_average_goes_on_with_other_weights_and_averages() -> None:
    weight = nn.Parameter(torch.zeros(3, dtype=torch.float64))
    average = WeightAverage([weight], enabled=True)
    for step, newest in enumerate(PATH):
        if step == 7:  # the first and the last number stay, in another order
            weight = nn.Parameter(weight.detach()[[2, 0]])
            average.replace([weight], [average.values[0][[2, 0]]])
        with torch.no_grad():
            weight.copy_(torch.from_numpy(newest if step < 7 else newest[[2, 0]]))
        average.update()
    np.testing.assert_allclose(average.values[0].numpy(), followed(enabled=True)[-1][[2, 0]], rtol=1e-12)
