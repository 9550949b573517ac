"""Threshold of `top_n: auto`: the posterior from which an encoder is selected, chosen on inner folds."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from blemore_cli.data.splits import Split
from blemore_cli.model.network import Architecture
from blemore_cli.model.selection import keep_top_n, number_above
from blemore_cli.training.scaler import Rows
from blemore_cli.training.second_stage.gate_fit import GateFit, fit_gates
from blemore_cli.training.seed_stream import SeedStream

THRESHOLDS: Final = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)


def choose_threshold(
    a: Architecture, rows: Rows, posterior: Tensor, parts: Sequence[Split], stream: SeedStream
) -> float:
    """Chooses the threshold that keeps encoders that are more likely useful than not, and drops the rest.

    For every inner part a gate is fitted to the other parts and scores this one. The threshold with the largest sum of
    u - 1/2 over the kept encoders wins, u being the (N, E) cross-fitted posteriors. A calibrated gate would choose 1/2.
    Of equally good ones the first, which keeps more encoders.
    """
    device = posterior.device
    fits = [
        GateFit(
            a.new_gate(stream.torch("threshold")).to(device),
            rows,
            posterior,
            torch.from_numpy(part.train).to(device),
            stream.torch("gate"),
        )
        for part in parts
    ]
    fit_gates(a, fits)
    gain = torch.zeros(len(THRESHOLDS), dtype=torch.float64)
    for part, fit in zip(parts, fits, strict=True):
        held_out = torch.from_numpy(part.held_out).to(device)
        with torch.no_grad():
            scores = fit.gate(a.features(rows.columns[held_out]))
        gain += gains(scores, posterior[held_out], rows.present[held_out]).cpu()
    return THRESHOLDS[int(gain.argmax())]


def gains(scores: Tensor, posterior: Tensor, present: Tensor) -> Tensor:
    """Gain of selecting by each of the T `THRESHOLDS`: (T,) float64, the sum of u - 1/2 over the kept encoders.

    The scores (B, E) are of a gate that did not learn from these rows; the posteriors (B, E) are u.
    """
    kept = [keep_top_n(scores, present, number_above(scores, present, threshold)) for threshold in THRESHOLDS]
    return torch.stack([((posterior - 0.5) * each).sum(dtype=torch.float64) for each in kept])
