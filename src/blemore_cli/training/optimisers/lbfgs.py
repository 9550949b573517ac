"""L-BFGS of a few numbers."""

from collections.abc import Callable, Sequence
from typing import Final

import torch
from scipy.optimize import minimize
from torch import Tensor

from blemore_cli.core.types import Floats

ITERATIONS: Final = 40
GRADIENT_TOLERANCE: Final = 1e-5
LOSS_TOLERANCE: Final = 1e-7


def minimise(objective: Callable[[], Tensor], numbers: Sequence[Tensor]) -> None:
    """Minimises a smooth function of a few numbers in place.

    Source: Byrd, Lu, Nocedal and Zhu 1995, SIAM Journal on Scientific Computing 16(5), as in SciPy; Nocedal and Wright
    2006, Numerical optimization, section 7.2.

    Args:
        objective: Reads the numbers and gives a loss without dimensions.
        numbers: On the CPU, with gradients.
    """

    def loss_and_gradient(flat: Floats) -> tuple[float, Floats]:
        _set(numbers, flat)
        with torch.enable_grad():
            loss = objective()
        gradients = torch.autograd.grad(loss, numbers)
        return loss.item(), _flat(gradients)

    options = {
        "maxiter": ITERATIONS,
        "maxcor": ITERATIONS,
        "gtol": GRADIENT_TOLERANCE,
        "ftol": LOSS_TOLERANCE,
    }
    result = minimize(loss_and_gradient, _flat(numbers), jac=True, method="L-BFGS-B", options=options)
    _set(numbers, result.x)


def _flat(tensors: Sequence[Tensor]) -> Floats:
    values: Floats = torch.cat([tensor.detach().flatten() for tensor in tensors]).double().numpy()
    return values


@torch.no_grad()
def _set(numbers: Sequence[Tensor], flat: Floats) -> None:
    parts = torch.split(torch.from_numpy(flat), [number.numel() for number in numbers])
    for number, part in zip(numbers, parts, strict=True):
        number.copy_(part.view_as(number))
