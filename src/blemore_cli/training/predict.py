"""Prediction with a trained network: probabilities and fusion weights, a clip at a time or many (up to rounding)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Floats, Strings
from blemore_cli.model.evidence.network import encoder_log_probs
from blemore_cli.model.network import FusionNetwork
from blemore_cli.model.sparse import predicted
from blemore_cli.training.scaler import Rows
from blemore_cli.training.second_stage.encoder_posterior import EncoderPosterior, TrueLabels

CHUNK = 4096


@dataclass(frozen=True)
class NetworkPredictions:
    """Predictions of a network for N clips.

    Attributes:
        prob: (N, 36), rows summing to 1.
        weights: (N, E) fusion weights.
        posterior: (N, E) encoder posteriors, where the network has a gate and the true labels were given.
        by_encoder: (N, E, M, K) float16 log probabilities of each encoder's heads, where they were asked for.
        soundness: (N, E) posterior soundness of the encoders, 0 where absent, where the network tells it.
    """

    prob: Floats
    weights: Floats
    posterior: Floats | None = None
    by_encoder: NDArray[np.float16] | None = None
    soundness: Floats | None = None


@dataclass(frozen=True)
class PredictionInput:
    """The clips that a network predicts.

    Attributes:
        rows: Their features, on the network's device.
        draws: (N, E) from `clip_draws`.
        truth: True labels of all N clips, where their encoder posteriors are needed.
        by_encoder: Whether an evidence network gives the distribution of each encoder as well.
    """

    rows: Rows
    draws: Tensor
    truth: TrueLabels | None = None
    by_encoder: bool = False


def clip_draws(filename: Strings, n_encoders: int, seed: int) -> Tensor:
    """Uniform draws in (0, 1] that belong to a clip and a seed, whatever other clips are predicted with it.

    Random selection keeps the encoders with the largest draws.

    Returns:
        (N, E) float32.
    """
    digests = (hashlib.shake_128(f"{seed}/{name}".encode()).digest(4 * n_encoders) for name in filename.tolist())
    integers = np.frombuffer(b"".join(digests), dtype="<u4").reshape(-1, n_encoders)
    return torch.from_numpy(((integers + 0.5) / 2**32).astype(np.float32))


def network_predictions(log_prob: Tensor, weights: Tensor, posterior: Tensor | None = None) -> NetworkPredictions:
    """Turns log_prob (N, 36) or (N, 6), weights and posteriors (N, E) into arrays."""
    prob = over_labels(log_prob.double().softmax(-1).cpu().numpy())
    return NetworkPredictions(prob, weights.cpu().numpy(), None if posterior is None else posterior.cpu().numpy())


def half_precision(log_probs: Tensor) -> NDArray[np.float16]:
    """Log probabilities as they are stored: an error of 0.5 permille is far below what a training run changes."""
    return np.asarray(log_probs.to(torch.float16).cpu().numpy())


def over_labels(prob: Floats) -> Floats:
    """(N, 36) of (N, 36) or (N, 6) probabilities; one over the emotions is over the six singles, the first labels."""
    return np.pad(prob, ((0, 0), (0, N_LABELS - prob.shape[1])))


@torch.no_grad()
def predict(network: FusionNetwork, inputs: PredictionInput) -> NetworkPredictions:
    """Predicts N clips with one network; it projects selected encoders only, or all where true labels are given."""
    starts = range(0, max(1, len(inputs.rows)), CHUNK)
    parts = [_predict_part(network, inputs, slice(start, start + CHUNK)) for start in starts]
    return NetworkPredictions(
        np.concatenate([part.prob for part in parts]),
        np.concatenate([part.weights for part in parts]),
        joined_parts([part.posterior for part in parts]),
        joined_parts([part.by_encoder for part in parts]),
        joined_parts([part.soundness for part in parts]),
    )


def joined_parts(parts: Sequence[np.ndarray | None]) -> np.ndarray | None:
    """Arrays of several parts of the clips in one; None where a part has none."""
    arrays = [part for part in parts if part is not None]
    return np.concatenate(arrays) if len(arrays) == len(parts) else None


def _predict_part(network: FusionNetwork, inputs: PredictionInput, rows: slice) -> NetworkPredictions:
    features, present = network.architecture.features(inputs.rows.columns[rows]), inputs.rows.present[rows]
    draws = inputs.draws[rows].to(present.device)
    if inputs.truth is None:
        output = predicted(network, features, present, draws)
        predictions = network_predictions(output.log_prob, output.weights)
        by_encoder = half_precision(encoder_log_probs(output)) if inputs.by_encoder else None
        soundness = None if output.soundness is None else output.soundness.cpu().numpy()
        return replace(predictions, by_encoder=by_encoder, soundness=soundness)
    truth = TrueLabels(inputs.truth.label[rows], inputs.truth.base[rows])
    output, posterior = EncoderPosterior(network)(features, present, draws, truth)
    return network_predictions(output.log_prob, output.weights, posterior)
