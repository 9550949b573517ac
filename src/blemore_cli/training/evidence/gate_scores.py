"""Gate of an evidence network: fitted to the encoders' posteriors given the labels, with cross-fitted scores.

Whether an encoder is of use for a clip may show in a direction of its features, which energy does not see. The gate's
score is a quality feature of the pool. The pool is fitted to scores of clips that the gate has not learned from.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from blemore_cli.core.types import Ints
from blemore_cli.model.energy import log_energy
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.gate.base import Gate
from blemore_cli.model.network import Architecture
from blemore_cli.training.evidence.pool_fit import CrossFitted, moments
from blemore_cli.training.losses import label_log_likelihood
from blemore_cli.training.scaler import Rows
from blemore_cli.training.second_stage.encoder_posterior import base_log_likelihood, encoder_posterior
from blemore_cli.training.second_stage.gate_fit import fit_gate
from blemore_cli.training.seed_stream import SeedStream


class LabelledEvidence(NamedTuple):
    """Cross-fitted distributions of N rows with their labels.

    Attributes:
        log_probs: (N, E, M, K) log probabilities of each head.
        label: (N,) true labels.
    """

    log_probs: Tensor
    label: Tensor


def fit_gate_of_evidence(
    network: EvidenceNetwork, inputs: Rows, evidence: LabelledEvidence, group: Ints, stream: SeedStream
) -> CrossFitted:
    """Fits the gate of a network in place.

    Args:
        network: On the CPU.
        inputs: The features of N rows, on the CPU.
        evidence: What heads say of them that have not learned from them.
        group: (N,) groups of whole actors, for the cross-fitted scores of the gate.
        stream: Random streams.

    Returns:
        The rows with the quality of their input, to which the pool is fitted.
    """
    a = network.architecture
    posterior = posteriors(evidence, inputs.present)
    gate, scores = fit_gate_with_scores(a, inputs, posterior, group, stream)
    network.gate.load_state_dict(gate.state_dict())
    quality = torch.stack([log_energy(a.features(inputs.columns)), scores], dim=-1)
    return CrossFitted(evidence.log_probs, quality, inputs.present, evidence.label)


def posteriors(evidence: LabelledEvidence, present: Tensor) -> Tensor:
    """Encoder posteriors (N, E), each encoder by itself and before any gate; the geometric mean of its heads counts.

    No number of kept encoders is assumed, so that networks that select otherwise have the same gate.
    """
    label = evidence.label
    alone = torch.log_softmax(evidence.log_probs.double().mean(-2), dim=-1)  # (N, E, K)
    base = base_log_likelihood(label.numpy(), label.numpy()).unsqueeze(-1)
    gain = label_log_likelihood(alone, label.unsqueeze(-1).expand(present.shape)) - base
    return encoder_posterior(torch.zeros_like(gain), gain, present, share=0.5).float()


def fit_gate_with_scores(
    architecture: Architecture, rows: Rows, posterior: Tensor, group: Ints, stream: SeedStream
) -> tuple[Gate, Tensor]:
    """Fits a gate to the posteriors of N rows.

    Args:
        architecture: That of the network.
        rows: On the CPU.
        posterior: (N, E) from `posteriors`.
        group: (N,) groups of whole actors; the scores of each are those of a gate fitted to the others.
        stream: Random streams.

    Returns:
        The gate, and cross-fitted scores (N, E), standardised within each group, because level and spread of the
        scores differ between gates; with one group alone those of the gate itself.
    """
    groups = [torch.from_numpy(group == k) for k in sorted(set(group.tolist()))]
    scores = torch.zeros(posterior.shape)
    for chosen in groups if len(groups) > 1 else []:
        gate = _fitted(architecture, rows, posterior, ~chosen, stream)
        scores[chosen] = _standardised(_scores(gate, architecture, rows, chosen), rows.present[chosen])
    everything = torch.ones(len(rows), dtype=torch.bool)
    gate = _fitted(architecture, rows, posterior, everything, stream)
    return gate, scores if len(groups) > 1 else _scores(gate, architecture, rows, everything)


def _fitted(architecture: Architecture, rows: Rows, posterior: Tensor, chosen: Tensor, stream: SeedStream) -> Gate:
    gate = architecture.new_gate(stream.torch("gate of evidence"))
    part = Rows(rows.columns[chosen], rows.present[chosen])
    fit_gate(gate, architecture, part, posterior[chosen], generator=stream.torch("gate"))
    return gate


def _standardised(scores: Tensor, present: Tensor) -> Tensor:
    mean, deviation = moments(scores.unsqueeze(-1), present)
    return (scores - mean.squeeze(-1)) / deviation.squeeze(-1)


@torch.no_grad()
def _scores(gate: Gate, architecture: Architecture, rows: Rows, chosen: Tensor) -> Tensor:
    scores: Tensor = gate(architecture.features(rows.columns[chosen]))
    return scores
