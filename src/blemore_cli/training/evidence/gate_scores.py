"""Gates of evidence networks: fitted to the encoders' posteriors given the labels, with cross-fitted scores.

Whether an encoder is of use for a clip may show in a direction of its features, which energy does not see. The gate's
score is a quality feature of the pool. The pool is fitted to scores of clips that the gate has not learned from.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from blemore_cli.core.types import Ints
from blemore_cli.model.energy import log_energy
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.training.evidence.pool_fit import CrossFitted, moments
from blemore_cli.training.losses import label_log_likelihood
from blemore_cli.training.scaler import Rows
from blemore_cli.training.second_stage.encoder_posterior import base_log_likelihood, encoder_posterior
from blemore_cli.training.second_stage.gate_fit import GateFit, fit_gates
from blemore_cli.training.seed_stream import SeedStream


class LabelledEvidence(NamedTuple):
    """Cross-fitted distributions of N rows with their labels.

    Attributes:
        log_probs: (N, E, M, K) log probabilities of each head.
        label: (N,) true labels.
    """

    log_probs: Tensor
    label: Tensor


class GateSource(NamedTuple):
    """What the gate of one network is fitted to.

    Attributes:
        network: On the CPU; its gate is changed by the fit.
        inputs: The features of N rows, on the CPU.
        evidence: What heads say of them that have not learned from them.
        group: (N,) groups of whole actors, for the cross-fitted scores of the gate.
        stream: Random streams.
    """

    network: EvidenceNetwork
    inputs: Rows
    evidence: LabelledEvidence
    group: Ints
    stream: SeedStream


def fit_gates_of_evidence(sources: Sequence[GateSource]) -> list[CrossFitted]:
    """Fits the gates of networks of one architecture in place, all of them in one stack.

    Returns:
        For each its rows with the quality of their input, to which the pool is fitted: the energy, and cross-fitted
        scores, standardised within each group, because level and spread of the scores differ between gates; with one
        group alone those of the gate itself.
    """
    fits = [_fits(source) for source in sources]
    if fits:
        fit_gates(sources[0].network.architecture, [fit for part in fits for fit in part])
    return [_rows(source, *part) for source, part in zip(sources, fits, strict=True)]


def _fits(source: GateSource) -> list[GateFit]:
    """A gate for each group, fitted to the others where there are any, and one for all rows."""
    architecture, stream = source.network.architecture, source.stream
    posterior = posteriors(source.evidence, source.inputs.present)
    everything = np.arange(len(source.group))
    groups = np.unique(source.group).tolist()
    chosen = [np.flatnonzero(source.group != k) for k in groups] if len(groups) > 1 else []
    return [
        GateFit(
            architecture.new_gate(stream.torch("gate of evidence")),
            source.inputs,
            posterior,
            torch.from_numpy(rows),
            stream.torch("gate"),
        )
        for rows in (*chosen, everything)
    ]


@torch.no_grad()
def _rows(source: GateSource, *fits: GateFit) -> CrossFitted:
    *halves, whole = fits
    network, (columns, present) = source.network, (source.inputs.columns, source.inputs.present)
    network.gate.load_state_dict(whole.gate.state_dict())
    features = network.architecture.features
    scores = torch.zeros(present.shape) if halves else whole.gate(features(columns))
    for k, fit in zip(np.unique(source.group) if halves else [], halves, strict=True):
        rows = torch.from_numpy(source.group == k)
        scores[rows] = _standardised(fit.gate(features(columns[rows])), present[rows])
    quality = torch.stack([log_energy(features(columns)), scores], dim=-1)
    return CrossFitted(source.evidence.log_probs, quality, present, source.evidence.label)


def posteriors(evidence: LabelledEvidence, present: Tensor) -> Tensor:
    """Encoder posteriors (N, E), each encoder by itself and before any gate; the geometric mean of its heads counts.

    No number of kept encoders is assumed, so that networks that select otherwise have the same gate.
    """
    label = evidence.label
    alone = torch.log_softmax(evidence.log_probs.double().mean(-2), dim=-1)  # (N, E, K)
    base = base_log_likelihood(label.numpy(), label.numpy()).unsqueeze(-1)
    gain = label_log_likelihood(alone, label.unsqueeze(-1).expand(present.shape)) - base
    return encoder_posterior(torch.zeros_like(gain), gain, present, share=0.5).float()


def _standardised(scores: Tensor, present: Tensor) -> Tensor:
    mean, deviation = moments(scores.unsqueeze(-1), present)
    return (scores - mean.squeeze(-1)) / deviation.squeeze(-1)
