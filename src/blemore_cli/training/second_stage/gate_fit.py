"""Fit of the gate to cross-fitted encoder posteriors, the second stage of a training.

Learned by the label loss alone, a gate is taught by encoders that have seen the label of the training clip, and prefers
those that learn by heart. Here it learns from networks that have not seen the clip.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from blemore_cli.model.gate.base import Gate
from blemore_cli.model.network import Architecture
from blemore_cli.training.optimisers.adam import Adam
from blemore_cli.training.scaler import Rows

EPOCHS: Final = 8
BATCH_SIZE: Final = 64
LEARNING_RATE: Final = 4e-3
WEIGHT_DECAY: Final = 10.0
"""Far more than the networks have. The targets are noisy: following the few directions in which they agree pays, and
fitting them does not."""

NEWTON_STEPS: Final = 20
MOST_SHARPNESS: Final = 30.0


def fit_gate(
    gate: Gate, architecture: Architecture, rows: Rows, posterior: Tensor, *, generator: torch.Generator
) -> None:
    """Fits a gate's scores to be the logits of the encoder posteriors, in place.

    Minimises the mean over rows and present encoders of the cross-entropy between the posterior and the logistic
    function of the score; then stretches the scores, which the weight decay has shrunk, by the one factor that fits
    best.

    Args:
        gate: With initial weights.
        architecture: That of its network.
        rows: N training rows.
        posterior: (N, E) in [0, 1], from networks that did not learn from the row.
        generator: Draws the batches.
    """
    optimiser = Adam(gate.parameters(), learning_rate=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for _ in range(EPOCHS):
        for batch in torch.split(torch.randperm(len(rows), generator=generator), BATCH_SIZE):
            chosen = batch.to(posterior.device)
            scores = gate(architecture.features(rows.columns[chosen]))
            loss = F.binary_cross_entropy_with_logits(scores, posterior[chosen], weight=_weight(rows.present[chosen]))
            optimiser.clear_gradients()
            torch.autograd.backward(loss)
            optimiser.step()
    with torch.no_grad():
        scores = gate(architecture.features(rows.columns))
    gate.sharpen(sharpness(scores[rows.present].double(), posterior[rows.present].double()))


def _weight(present: Tensor) -> Tensor:
    """Weight of each entry, such that the mean over all is the mean over the present ones."""
    weight = present.to(torch.float32)
    return weight / weight.mean().clamp_min(1e-12)


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
