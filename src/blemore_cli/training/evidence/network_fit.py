"""Fit of what an evidence network selects by, to its fitted pool: gamma by the number kept, and how many it keeps."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.domain_shift.shift_weights import ShiftWeights
from blemore_cli.model.evidence.evidence_pool import Evidence
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.evidence.quality import quality_features
from blemore_cli.training.evidence.gate_distillation import distil_gate
from blemore_cli.training.evidence.kept_number import choose_threshold, fit_gammas
from blemore_cli.training.evidence.neighbour_fit import fit_neighbours
from blemore_cli.training.evidence.pool_fit import CrossFitted, moments
from blemore_cli.training.evidence.value_fit import choose_value_threshold, fit_values
from blemore_cli.training.scaler import Rows


def fit_selection(
    network: EvidenceNetwork,
    rows: CrossFitted,
    evidence: Evidence,
    draws: Tensor,
    actor: Tensor,
    *,
    generator: torch.Generator,
) -> Floats:
    """Fits what depends on the selection to cross-fitted distributions, in place.

    Args:
        network: On the CPU, with a fitted pool.
        rows: N training rows, on the CPU.
        evidence: Of the rows, by this pool.
        draws: (N, E) draws of these clips, by which a random selection keeps encoders.
        actor: (N,) actors as numbers; no clip is judged by neighbours of its own actor.
        generator: Draws the states in which `greedy` learns what encoders are worth.

    Returns:
        (N, K) probabilities of the training rows, pooled from cross-fitted distributions.
    """
    pool, select, present = network.pool, network.select, rows.present
    with torch.no_grad():
        selection = network.architecture.selection
        if selection == "greedy":
            fit_values(network.values, pool, evidence, rows, generator)
        if selection == "gate":
            distil_gate(pool, evidence, rows)
            evidence = pool.evidence(rows.log_probs, rows.input_quality)
        is_by_others = selection == "neighbours"  # of other actors
        scores = fit_neighbours(network, evidence, rows, actor) if is_by_others else network.scores(evidence, present)
        fit_gammas(pool, evidence, select.ranking(scores, draws).expand_as(scores), present, rows.label)
        if select.is_auto:
            choose = choose_value_threshold if selection == "greedy" else choose_threshold
            select.threshold.fill_(choose(pool, evidence, scores, present, rows.label))
        kept = select(scores, draws, present, exploration=0.0)
        pooled, _ = network.read(evidence, kept)
    return pooled.exp().numpy()


def row_weights(evidence: Evidence, numbers: Ints, train: Ints) -> Tensor:
    """How far the heads of each encoder learn from the training rows: (N, E) float32, with mean 1 for each encoder.

    It is the prior soundness, so that heads learn from clips of which their encoder speaks; no label of a row decides
    how far it counts.

    Args:
        evidence: Of the rows that the pool was fitted to, by this pool.
        numbers: Their row numbers.
        train: (N,) row numbers of the training rows; where the pool was fitted to other rows, every weight is 1.
    """
    order = np.argsort(numbers)
    place = order[np.searchsorted(numbers, train, sorter=order).clip(max=len(numbers) - 1)]
    if not np.array_equal(numbers[place], train):
        return torch.ones(len(train), evidence.logit.shape[1])
    soundness = evidence.logit.sigmoid()[torch.from_numpy(place)]
    return (soundness / soundness.mean(0)).float()


@torch.no_grad()
def standardise_quality(networks: Sequence[EvidenceNetwork], rows: Rows) -> None:
    """Standardises the quality features by the trained heads and gate, in place.

    The pool was fitted to features of other heads, which had no weights, and of gates of half the actors. Those of the
    network have another level and spread: heads that learn from clips of which their encoder speaks are surer of all.

    Args:
        networks: Trained, with the same heads and gate, on the CPU; those whose pool is not fitted stay as they are.
        rows: Their N training rows.
    """
    fitted = [network for network in networks if network.pool.is_fitted]
    if not fitted:
        return
    first, columns, present = fitted[0], rows.columns.cpu(), rows.present.cpu()
    features = first.architecture.features(columns)
    log_probs = first.log_probs(first.project(features), present)
    centre, scale = moments(quality_features(log_probs, first.input_quality(features)), present)
    is_known = present.any(0).unsqueeze(-1)
    for network in fitted:
        network.pool.centre = torch.where(is_known, centre, network.pool.centre)
        network.pool.scale = torch.where(is_known, scale, network.pool.scale)


def discount_shifted(network: EvidenceNetwork, weights: ShiftWeights) -> None:
    """Multiplies the prior soundness of every encoder by its shift weight, in place; absent ones have weight 0."""
    if weights:
        weight = torch.tensor(weights, dtype=torch.float64)
        network.pool.log_shift_weight = torch.where(weight > 0, weight, 1.0).log()
