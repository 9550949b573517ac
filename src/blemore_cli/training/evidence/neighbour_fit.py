"""Fit of the neighbours' competence: the training clips it remembers, and how many of them are neighbours."""

from typing import Final

import numpy as np
import torch
from torch import Tensor

from blemore_cli.model.evidence.evidence_pool import Evidence
from blemore_cli.model.evidence.network import EvidenceNetwork, profiles
from blemore_cli.model.selection import keep_top_n
from blemore_cli.training.evidence.pool_fit import CrossFitted, pool_loss
from blemore_cli.training.losses import label_log_likelihood

NUMBERS: Final = (7, 15, 31, 63, 127)
"""Numbers of neighbours that the likelihood of the training clips chooses from."""


def fit_neighbours(network: EvidenceNetwork, evidence: Evidence, rows: CrossFitted, actor: Tensor) -> Tensor:
    """Fits the competence in place, to what encoders say of N clips that they have not learned from.

    The number of neighbours is the one whose selection, pooled, gives the labels the largest likelihood; the first of
    equals.

    Args:
        network: With a fitted pool, on the CPU.
        evidence: Of the rows.
        rows: N training rows.
        actor: (N,) actors as numbers.

    Returns:
        (N, E) scores of the rows; the neighbours of each are clips of other actors.
    """
    label = rows.label.unsqueeze(-1).expand(rows.present.shape)
    known = profiles(evidence, rows.present, actor)
    network.neighbours.remember(known, label_log_likelihood(evidence.log_prob, label))
    scores: list[Tensor] = [network.neighbours(known, n_neighbours, actor) for n_neighbours in NUMBERS]
    kept = [keep_top_n(by_number, rows.present, network.select.n_kept) for by_number in scores]
    best = int(np.argmin([float(pool_loss(network.pool, evidence, mask, rows.label)) for mask in kept]))
    network.neighbours.n_neighbours = torch.tensor([NUMBERS[best]])
    return scores[best]
