"""Fit of gates to cross-fitted encoder posteriors, the second stage of a training.

Learned by the label loss alone, a gate is taught by encoders that have seen the label of the training clip, and prefers
those that learn by heart. Here it learns from networks that have not seen the clip.
"""

from collections import defaultdict
from collections.abc import Sequence
from copy import deepcopy
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.func import stack_module_state
from torch.nn import functional as F

from blemore_cli.model.gate.base import Gate
from blemore_cli.model.network import Architecture
from blemore_cli.training.optimisers.adam import Adam
from blemore_cli.training.scaler import Rows
from blemore_cli.training.stacking.flat_weights import MOST_WEIGHTS, FlatWeights, assign
from blemore_cli.training.stacking.padding import padded_batches
from blemore_cli.training.stacking.rows import taken, taken_rows

EPOCHS: Final = 8
BATCH_SIZE: Final = 64
LEARNING_RATE: Final = 4e-3
WEIGHT_DECAY: Final = 10.0
"""Far more than the networks have. The targets are noisy: following the few directions in which they agree pays, and
fitting them does not."""

NEWTON_STEPS: Final = 20
MOST_SHARPNESS: Final = 30.0


class GateFit(NamedTuple):
    """One fit of a gate.

    Attributes:
        gate: With initial weights; changed by the fit.
        rows: N rows; those of alike fits are on one device.
        posterior: (N, E) in [0, 1], from networks that did not learn from the row.
        chosen: (n,) positions of the rows to learn from.
        generator: Draws the batches.
    """

    gate: Gate
    rows: Rows
    posterior: Tensor
    chosen: Tensor
    generator: torch.Generator


def fit_gates(architecture: Architecture, fits: Sequence[GateFit]) -> None:
    """Fits gates' scores to be the logits of the encoder posteriors, in place, those of as many batches in one stack.

    Minimises the mean over rows and present encoders of the cross-entropy between the posterior and the logistic
    function of the score; then stretches the scores, which the weight decay has shrunk, by the one factor that fits
    best.

    Args:
        architecture: That of the gates' networks.
        fits: The gates and what they learn from.
    """
    alike: dict[int, list[GateFit]] = defaultdict(list)
    for fit in filter(lambda fit: len(fit.chosen), fits):
        alike[-(-len(fit.chosen) // BATCH_SIZE)].append(fit)
    for same in alike.values():
        limit = max(1, MOST_WEIGHTS // sum(weight.numel() for weight in same[0].gate.parameters()))
        for start in range(0, len(same), limit):
            _fit_stack(architecture, same[start : start + limit])
    for fit in fits:
        present, posterior = fit.rows.present[fit.chosen], fit.posterior[fit.chosen]
        with torch.no_grad():
            scores = fit.gate(architecture.features(fit.rows.columns[fit.chosen]))
        fit.gate.sharpen(sharpness(scores[present].double(), posterior[present].double()))


def _fit_stack(architecture: Architecture, fits: Sequence[GateFit]) -> None:
    """Trains gates with equally many batches."""
    state, _ = stack_module_state([fit.gate for fit in fits])
    weights, gate = FlatWeights(state), deepcopy(fits[0].gate)
    assign(gate, weights.named)
    optimiser = Adam([weights.vector], learning_rate=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    sizes = [[len(batch) for batch in torch.split(fit.chosen, BATCH_SIZE)] for fit in fits]
    positions, share = padded_batches(sizes)  # (R, T, B)
    parts, posteriors = [fit.rows for fit in fits], [fit.posterior for fit in fits]
    for _ in range(EPOCHS):
        orders = [fit.chosen[torch.randperm(len(fit.chosen), generator=fit.generator)] for fit in fits]
        order = torch.stack([rows[place.to(rows.device)] for rows, place in zip(orders, positions, strict=True)])
        for rows, real in zip(order.unbind(1), share.to(order.device).unbind(1), strict=True):
            columns, present = taken_rows(parts, rows)
            loss = _loss(gate(architecture.features(columns)), taken(posteriors, rows), present, real)
            weights.clear_gradients()
            torch.autograd.backward(loss.sum())
            optimiser.step()
    for place, fit in enumerate(fits):
        fit.gate.load_state_dict({name: weight[place] for name, weight in weights.named.items()})


def _loss(scores: Tensor, posterior: Tensor, present: Tensor, share: Tensor) -> Tensor:
    """Mean cross-entropy (...,) over the present encoders of the rows (..., B) with a share."""
    counts = (present & (share > 0).unsqueeze(-1)).to(scores.dtype)  # (..., B, E)
    losses = F.binary_cross_entropy_with_logits(scores, posterior, weight=counts, reduction="none")
    return losses.sum((-2, -1)) / counts.sum((-2, -1)).clamp_min(1)


def sharpness(scores: Tensor, posterior: Tensor) -> float:
    """The factor a for which a s + b is the best logit of the posterior, with b free: Newton's method on two numbers.

    Source: Platt 1999, Probabilistic outputs for support vector machines.

    Args:
        scores: (N,) scores.
        posterior: (N,) in [0, 1].

    Returns:
        The factor, in [1, `MOST_SHARPNESS`]; 1 where the scores are all the same.

    Examples:
        >>> sharpness(torch.tensor([-0.1, 0.1] * 50).double(), torch.tensor([0.2, 0.8] * 50).double())
        13.86...
    """
    design = torch.stack([scores - scores.mean(), torch.ones_like(scores)], dim=1)  # (N, 2); b is free
    solution = torch.zeros(2, dtype=scores.dtype, device=scores.device)
    ridge = 1e-9 * torch.eye(2, dtype=scores.dtype, device=scores.device)
    for _ in range(NEWTON_STEPS):
        prob = torch.sigmoid(design @ solution)
        slope = design.T @ (posterior - prob) / len(scores)
        curvature = design.T @ (design * (prob * (1 - prob)).unsqueeze(1)) / len(scores)
        solution = solution + torch.linalg.solve(curvature + ridge, slope)
    return float(solution[0].nan_to_num(1.0).clamp(1.0, MOST_SHARPNESS))


def freeze(module: nn.Module) -> None:
    """Turns parameters into buffers of the same names: no optimiser changes them, and checkpoints stay as they are."""
    for part in module.modules():
        for name, value in list(part.named_parameters(recurse=False)):
            delattr(part, name)
            part.register_buffer(name, value.detach())
