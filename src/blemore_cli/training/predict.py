"""Predicting with a trained network: probabilities and fusion weights, a clip at a time or many (up to rounding)."""

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Floats, Strings
from blemore_cli.model.network import BlemoreNetwork
from blemore_cli.training.scaler import ModelInput

CHUNK = 4096


@dataclass(frozen=True)
class Forecast:
    """What a network says of N clips: prob (N, 36), rows summing to 1, and fusion weights (N, E)."""

    prob: Floats
    weights: Floats


def clip_draws(filename: Strings, n_encoders: int, seed: int) -> Tensor:
    """Uniform draws in (0, 1] that belong to a clip and a seed, whatever other clips are predicted with it.

    Random selection keeps the encoders with the largest draws.

    Returns:
        (N, E) float32.
    """
    draws = np.empty((len(filename), n_encoders), dtype=np.float32)
    for row, name in enumerate(filename):
        digest = hashlib.shake_128(f"{seed}/{name}".encode()).digest(4 * n_encoders)
        draws[row] = (np.frombuffer(digest, dtype="<u4") + 0.5) / 2**32
    return torch.from_numpy(draws)


@torch.no_grad()
def predict(network: BlemoreNetwork, inputs: ModelInput, draws: Tensor) -> Forecast:
    """Predicts N clips.

    Args:
        network: A trained network.
        inputs: Standardised features of the clips, on the network's device.
        draws: (N, E) of the clips, from `clip_draws`.
    """
    n_clips, n_encoders = draws.shape
    prob, weights = np.empty((n_clips, N_LABELS)), np.empty((n_clips, n_encoders), dtype=np.float32)
    for start in range(0, n_clips, CHUNK):
        rows = slice(start, start + CHUNK)
        part = inputs.take(torch.arange(n_clips)[rows])
        output = network(part.features, part.present, draws[rows].to(part.present.device))
        prob[rows] = output.log_prob.double().softmax(-1).cpu().numpy()
        weights[rows] = output.weights.cpu().numpy()
    return Forecast(prob, weights)
