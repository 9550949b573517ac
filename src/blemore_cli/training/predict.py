"""Predicting with a trained network: probabilities and fusion weights, a clip at a time or many (up to rounding)."""

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Floats, Strings
from blemore_cli.model.network import FusionNetwork
from blemore_cli.model.sparse import predicted
from blemore_cli.training.loop.job import Rows
from blemore_cli.training.second_stage.encoder_posterior import EncoderPosterior, LabelEvidence

CHUNK = 4096


@dataclass(frozen=True)
class NetworkPredictions:
    """What a network says of N clips.

    Attributes:
        prob: (N, 36), rows summing to 1.
        weights: (N, E) fusion weights.
        useful: (N, E) usefulness of each encoder, where the network has a gate and was told the truth.
    """

    prob: Floats
    weights: Floats
    useful: Floats | None = None


@dataclass(frozen=True)
class PredictionInput:
    """The clips that a network is asked about.

    Attributes:
        rows: Their features, on the network's device.
        draws: (N, E) from `clip_draws`.
        truth: Of all N clips, where it is known and their usefulness is asked for.
    """

    rows: Rows
    draws: Tensor
    truth: LabelEvidence | None = None


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


def forecast_of(log_prob: Tensor, weights: Tensor, useful: Tensor | None = None) -> NetworkPredictions:
    """Turns a network's output, log_prob (N, 36) or (N, 6), weights and usefulness (N, E), into arrays."""
    prob = over_labels(log_prob.double().softmax(-1).cpu().numpy())
    return NetworkPredictions(prob, weights.cpu().numpy(), None if useful is None else useful.cpu().numpy())


def over_labels(prob: Floats) -> Floats:
    """(N, 36) of (N, 36) or (N, 6) probabilities; one over the emotions is over the six singles, the first labels."""
    return np.pad(prob, ((0, 0), (0, N_LABELS - prob.shape[1])))


@torch.no_grad()
def predict(network: FusionNetwork, asked: PredictionInput) -> NetworkPredictions:
    """Predicts N clips with one network, projecting the encoders that it keeps; all of them if it is told the truth."""
    parts = [_part(network, asked, slice(start, start + CHUNK)) for start in range(0, max(1, len(asked.rows)), CHUNK)]
    useful = [part.useful for part in parts if part.useful is not None]
    return NetworkPredictions(
        np.concatenate([part.prob for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate(useful) if useful else None,
    )


def _part(network: FusionNetwork, asked: PredictionInput, rows: slice) -> NetworkPredictions:
    features, present = network.architecture.features(asked.rows.columns[rows]), asked.rows.present[rows]
    draws = asked.draws[rows].to(present.device)
    if asked.truth is None:
        output = predicted(network, features, present, draws)
        return forecast_of(output.log_prob, output.weights)
    output, useful = EncoderPosterior(network)(
        features, present, draws, LabelEvidence(*(field[rows] for field in asked.truth))
    )
    return forecast_of(output.log_prob, output.weights, useful)
