"""The adaptation losses against their papers' formulas, written as loops over rows in plain Python and NumPy."""

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from blemore_cli.model.network import Output
from blemore_cli.training.adaptation.coral import coral_loss
from blemore_cli.training.adaptation.dann import DomainAdversary
from blemore_cli.training.adaptation.mmd import mmd_loss

Matrix = NDArray[np.float64]
SIZES = [(9, 6, 4), (2, 11, 3), (1, 5, 2), (7, 1, 1)]


@pytest.fixture(params=SIZES, ids=str)
def rows(request: pytest.FixtureRequest) -> tuple[Matrix, Matrix]:
    n_source, n_target, d = request.param
    rng = np.random.default_rng(n_source)
    return rng.normal(size=(n_source, d)), 2 * rng.normal(size=(n_target, d)) + 1


def tensors(rows: tuple[Matrix, Matrix]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    source, target = (torch.from_numpy(part) for part in rows)
    p, q = (torch.full((len(part),), 1 / len(part), dtype=torch.float64) for part in rows)
    return source, target, p, q


def paper_covariance(rows: Matrix) -> Matrix:
    """Sun and Saenko 2016, eq. 2, as printed: 1/(n-1) (D^T D - 1/n (1^T D)^T (1^T D))."""
    n = len(rows)
    if n == 1:
        return np.zeros((rows.shape[1],) * 2)
    ones = np.ones((1, n))
    return (rows.T @ rows - (ones @ rows).T @ (ones @ rows) / n) / (n - 1)


def test_coral_is_equation_1(rows: tuple[Matrix, Matrix]) -> None:
    gap = paper_covariance(rows[0]) - paper_covariance(rows[1])
    d = gap.shape[0]
    expected = sum(gap[i, j] ** 2 for i in range(d) for j in range(d)) / (4 * d * d)
    assert coral_loss(*tensors(rows)).item() == pytest.approx(expected, rel=1e-10)


def squared_distance(x: Matrix, y: Matrix) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(x.tolist(), y.tolist(), strict=True)))


def mean_kernel(one: Matrix, other: Matrix, mean_distance: float) -> float:
    """Mean over all pairs of rows and five bandwidths."""
    values = [
        math.exp(-squared_distance(x, y) / (2 * multiple * mean_distance))
        for x in one
        for y in other
        for multiple in (1 / 4, 1 / 2, 1, 2, 4)
    ]
    return sum(values) / len(values)


def test_mmd_is_gretton_equation_5_squared(rows: tuple[Matrix, Matrix]) -> None:
    source, target = rows
    pooled = [*source, *target]
    pairs = [squared_distance(x, y) for i, x in enumerate(pooled) for y in pooled[:i]]
    scale = sum(pairs) / len(pairs)
    expected = (
        mean_kernel(source, source, scale) + mean_kernel(target, target, scale) - 2 * mean_kernel(source, target, scale)
    )
    assert mmd_loss(*tensors(rows)).item() == pytest.approx(expected, rel=1e-10)


def test_mmds_gradient_holds_the_bandwidth_constant(rows: tuple[Matrix, Matrix]) -> None:
    source, target = rows
    pooled = [*source, *target]
    pairs = [squared_distance(x, y) for i, x in enumerate(pooled) for y in pooled[:i]]
    scale, step = sum(pairs) / len(pairs), 1e-5
    moved = [source.copy(), source.copy()]
    moved[0][0, 0] -= step
    moved[1][0, 0] += step
    low, high = (mean_kernel(x, x, scale) - 2 * mean_kernel(x, target, scale) for x in moved)
    x, y, p, q = tensors(rows)
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(mmd_loss(x, y, p, q), x)
    assert gradient[0, 0].item() == pytest.approx((high - low) / (2 * step), rel=1e-5, abs=1e-9)


def test_dann_is_the_mean_cross_entropy_and_its_gradient_is_reversed(rows: tuple[Matrix, Matrix]) -> None:
    adversary = DomainAdversary(rows[0].shape[1], generator=torch.Generator().manual_seed(1)).double()
    w1, b1, w2, b2 = (
        each.detach().numpy() for layer in (adversary.hidden, adversary.logit) for each in (layer.weight, layer.bias)
    )

    def loss(source: Matrix) -> float:
        sides = []
        for rows_, is_source in ((source, True), (rows[1], False)):
            prob = [1 / (1 + math.exp(-((np.maximum(x @ w1 + b1, 0) @ w2 + b2)[0]))) for x in rows_]
            sides.append(sum(-math.log(p if is_source else 1 - p) for p in prob) / len(prob))
        return sum(sides) / 2

    source, target, p, q = tensors(rows)
    source.requires_grad_()
    outputs = (Output(fused, fused, fused, fused) for fused in (source, target))
    value = adversary(*outputs, p, q)
    assert value.item() == pytest.approx(loss(rows[0]), rel=1e-10)
    (gradient,) = torch.autograd.grad(value, source)
    step, moved = 1e-6, [rows[0].copy(), rows[0].copy()]
    moved[0][0, 0] -= step
    moved[1][0, 0] += step
    slope = (loss(moved[1]) - loss(moved[0])) / (2 * step)
    assert gradient[0, 0].item() == pytest.approx(-slope, rel=1e-5, abs=1e-9)
