"""Numbers of an evidence pool that depend on how many encoders it keeps: its gamma, and the threshold of `top_n: auto`.

Encoders that are kept because they agree share more than those that are kept anyway, so gamma is fitted again for the
number kept, by the ranking that keeps them.
"""

from typing import Final

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.selection import keep_top_n, number_above
from blemore_cli.training.evidence.pool_fit import PENALTIES, pool_loss
from blemore_cli.training.losses import label_log_likelihood

NUMBERS: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64)
"""Numbers of kept encoders for which gamma is fitted; log gamma of those between is on a straight line."""

LOG_GAMMA: Final = (-4.0, 2.0)

KEEPS_ALL: Final = 1e-9
"""Threshold that every posterior soundness reaches."""

THRESHOLDS: Final = (KEEPS_ALL, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7)


def fit_gammas(pool: EvidencePool, evidence: Evidence, ranking: Tensor, present: Tensor, label: Tensor) -> None:
    """Fits gamma for fewer encoders than a clip has, in place; that of all E stays.

    Args:
        pool: Fitted, with the same gamma for every number.
        evidence: Of N training rows.
        ranking: (N, E) finite, larger is better.
        present: (N, E) bool.
        label: (N,).
    """
    n_encoders = present.shape[1]
    known = {n_encoders: float(pool.log_gamma[-1])}
    for n in NUMBERS:
        rows = present.sum(-1) > n
        if n < n_encoders and rows.any():
            kept = keep_top_n(ranking, present, n)
            factors = (evidence.log_factors * kept.unsqueeze(-1)).sum(-2)  # (N, K)
            known[n] = _log_gamma(pool.log_prior, factors[rows], label[rows])
    numbers = sorted(known)
    table = np.interp(np.arange(1, n_encoders + 1), numbers, [known[n] for n in numbers])
    pool.log_gamma = torch.from_numpy(table).double()


def _log_gamma(log_prior: Tensor, factors: Tensor, label: Tensor) -> float:
    """The best log gamma for summed log factors (N, K), by the objective of `pool_fit` up to a constant.

    The log likelihood of a label is linear in what the normalisation is taken of, so that one term has no logarithm.
    """
    likelihood = float(label_log_likelihood(factors, label).mean())

    def objective(log_gamma: float) -> float:
        gamma = float(np.exp(log_gamma))
        normalisation = torch.logsumexp(torch.add(log_prior, factors, alpha=gamma), dim=-1)
        return float(normalisation.mean()) - gamma * likelihood + PENALTIES["log_gamma"] * log_gamma**2 / len(label)

    return float(minimize_scalar(objective, bounds=LOG_GAMMA, method="bounded", options={"xatol": 1e-2}).x)


def choose_threshold(pool: EvidencePool, evidence: Evidence, scores: Tensor, present: Tensor, label: Tensor) -> float:
    """The threshold on the posterior soundness with the smallest loss of N training rows; the first of equals.

    Encoders below it are dropped; `KEEPS_ALL` drops none. Arguments are as for `fit_gammas`, scores (N, E) logits.
    """
    losses = []
    for threshold in THRESHOLDS:
        kept = keep_top_n(scores, present, number_above(scores, present, threshold))
        losses.append(float(pool_loss(pool, evidence, kept, label)))
    return THRESHOLDS[int(np.argmin(losses))]
