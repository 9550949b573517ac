"""Fit of the values of encoders, by which `greedy` takes them, to gains in the likelihood of training clips."""

from typing import Final

import numpy as np
import torch
from sklearn.linear_model import Ridge
from torch import Tensor

from blemore_cli.core.types import Floats
from blemore_cli.model.evidence.encoder_values import EncoderValues, states
from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.selection import keep_top_n, number_above
from blemore_cli.training.evidence.kept_number import KEEPS_ALL
from blemore_cli.training.evidence.pool_fit import CrossFitted
from blemore_cli.training.losses import label_log_likelihood

N_SUBSETS: Final = 8
"""Random sets of taken encoders for each clip."""

RIDGE: Final = 300.0
"""Penalty of the weights of standardised states, beside a sum over the states."""

LEAST_DEVIATION: Final = 1e-6
N_THRESHOLDS: Final = 20


def fit_values(
    values: EncoderValues, pool: EvidencePool, evidence: Evidence, rows: CrossFitted, generator: torch.Generator
) -> None:
    """Fits the values of a pool's encoders in place: for each a ridge regression of its gain on random states.

    The gain of an encoder is the log likelihood of the label by the pool with it, minus that without it.

    Source: Gadgil, Covert and Lee 2023 (arXiv 2306.03301), equation 5; states are drawn as for the predictor there.

    Args:
        values: Of the network.
        pool: Fitted; its gamma for all encoders counts.
        evidence: Of the rows.
        rows: N training rows.
        generator: Draws the encoders that were taken.
    """
    parts = [_sampled(pool, evidence, rows, generator) for _ in range(N_SUBSETS)]
    state, gain, open_ = (torch.cat(column).numpy() for column in zip(*parts, strict=True))
    fits = [_ridge(state[open_[:, e]], gain[open_[:, e], e]) for e in range(open_.shape[1])]
    values.weight = torch.from_numpy(np.stack([weight for weight, _ in fits]))
    values.bias = torch.tensor([bias for _, bias in fits], dtype=torch.float64)


def _sampled(
    pool: EvidencePool, evidence: Evidence, rows: CrossFitted, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """States (N, D) after random encoders, the gains (N, E) of adding each, and which (N, E) there are to add."""
    n_rows, n_encoders = rows.present.shape
    n_taken = torch.randint(n_encoders, (n_rows, 1), generator=generator)
    place = torch.rand(n_rows, n_encoders, generator=generator).argsort(-1).argsort(-1)
    taken = (place < n_taken) & rows.present
    factors = evidence.log_factors  # (N, E, K)
    before = factors.masked_fill(~taken.unsqueeze(-1), 0).sum(-2, keepdim=True)  # (N, 1, K)
    gamma, label = pool.log_gamma[-1].exp(), rows.label.unsqueeze(-1)
    without = torch.log_softmax(pool.log_prior + gamma * before, dim=-1)
    added = torch.log_softmax(pool.log_prior + gamma * (before + factors), dim=-1)  # (N, E, K)
    gain = label_log_likelihood(added, label.expand(taken.shape)) - label_log_likelihood(without, label)
    return states(pool, evidence, taken), gain, rows.present & ~taken


def _ridge(state: Floats, gain: Floats) -> tuple[Floats, float]:
    """Weights (D,) and bias of a ridge regression; of an encoder without rows, 0."""
    if not len(state):
        return np.zeros(state.shape[1]), 0.0
    mean, deviation = state.mean(axis=0), state.std(axis=0)
    scale = np.where(deviation > LEAST_DEVIATION, deviation, 1.0)
    fit = Ridge(alpha=RIDGE).fit((state - mean) / scale, gain)
    weight = fit.coef_ / scale
    return weight, float(fit.intercept_ - mean @ weight)


def choose_value_threshold(
    pool: EvidencePool, evidence: Evidence, scores: Tensor, present: Tensor, label: Tensor
) -> float:
    """The threshold of `top_n: auto`: the one that takes fewest encoders at a loss that is as good as the smallest.

    As good is within one standard error of the smallest mean loss of the training rows: more encoders always cost more,
    and a gain that the rows cannot tell from none is not worth them.

    Source: Breiman, Friedman, Olshen and Stone 1984, Classification and regression trees, section 3.4.3.

    Args:
        pool: With a gamma for each number.
        evidence: Of N training rows.
        scores: (N, E) from `greedy_scores`.
        present: (N, E) bool.
        label: (N,).

    Returns:
        The logistic function of a value in nats for the mean cost.
    """
    quantiles = np.quantile(torch.sigmoid(scores[present]).numpy(), np.arange(1, N_THRESHOLDS) / N_THRESHOLDS)
    levels: list[float] = [KEEPS_ALL, *quantiles.tolist()]
    losses = []
    for level in levels:
        kept = keep_top_n(scores, present, number_above(scores, present, level))
        losses.append(-label_log_likelihood(pool(evidence, kept), label))
    mean = torch.stack([loss.mean() for loss in losses])
    best = int(mean.argmin())
    allowed = mean[best] + losses[best].std() / len(label) ** 0.5
    return levels[int((mean <= allowed).nonzero().max())]
