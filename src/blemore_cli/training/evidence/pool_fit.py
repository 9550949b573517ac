"""Maximum likelihood fit of an evidence pool, by L-BFGS on its few numbers.

Heads are certain of the clips that they have learned from. So the pool reads what heads that left a clip out say of it.
"""

from typing import Final, NamedTuple

import torch
from torch import Tensor

from blemore_cli.core.labels import N_LABELS, SALIENCE
from blemore_cli.core.types import Floats, Ints
from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.evidence.quality import quality_features
from blemore_cli.training.evidence.pool_gradient import LabelledRows, loss_of_numbers
from blemore_cli.training.losses import label_loss
from blemore_cli.training.optimisers.lbfgs import minimise

LEVEL: Final = 1.0
"""Logit of the prior soundness towards which few clips leave it."""

LEAST_DEVIATION: Final = 1e-6
"""Deviation below which a quality feature counts as constant."""

PENALTIES: Final = {"slope": 1.0, "level": 0.1, "log_exponent": 5.0, "log_gamma": 5.0}
"""Weight of the squared distance of a number from where it starts, beside the summed loss in nats."""


class CrossFittedEvidence(NamedTuple):
    """Log probabilities of N rows of a table by heads that have not learned from them.

    Attributes:
        rows: (N,) row numbers.
        log_probs: (N, E, M, K) float16 of each head of each encoder.
    """

    rows: Ints
    log_probs: Floats


class CrossFitted(NamedTuple):
    """What encoders say of N labelled rows that their heads have not learned from, with their quality and labels.

    Attributes:
        log_probs: (N, E, M, K) log probabilities of each head; finite where the encoder is absent.
        input_quality: (N, E, 2) from `EvidenceNetwork.input_quality`, the gate's scores cross-fitted.
        present: (N, E) bool.
        label: (N,) true labels.
    """

    log_probs: Tensor
    input_quality: Tensor
    present: Tensor
    label: Tensor


def fit_pool(pool: EvidencePool, rows: CrossFitted) -> None:
    """Fits the numbers of a pool that keeps every present encoder, in place.

    Minimises the summed negative log likelihood of the labels with ridge penalties. The prior is the share of each
    label among the rows, each counted once more.

    Source: Ranjan and Gneiting 2010, Combining probability forecasts, JRSS B 72(1), for pools whose numbers are fitted
    by likelihood.
    """
    rows = rows._replace(log_probs=rows.log_probs.double())
    _standardise(pool, rows)
    quality = pool.quality(rows.log_probs, rows.input_quality).movedim(1, 0).contiguous()  # (E, N, F)
    n_encoders = rows.present.shape[1]
    pool.level = torch.full_like(pool.level, LEVEL)
    gamma = torch.zeros(1, dtype=torch.float64)
    starts = {"slope": pool.slope, "level": pool.level, "log_exponent": pool.log_exponent, "log_gamma": gamma}
    numbers = {name: start.clone().requires_grad_() for name, start in starts.items()}

    labels = torch.eye(N_LABELS) if len(pool.log_prior) == N_LABELS else torch.tensor(SALIENCE)
    labelled = LabelledRows(rows.log_probs.float(), rows.present, labels.float()[rows.label], pool.log_prior.float())

    def objective() -> Tensor:
        logit = numbers["level"] + (quality @ numbers["slope"].unsqueeze(-1)).squeeze(-1).T
        penalty = sum(PENALTIES[name] * (numbers[name] - starts[name]).square().sum() for name in numbers)
        loss = loss_of_numbers(labelled, logit, numbers["log_exponent"], numbers["log_gamma"])
        return loss + penalty / len(rows.label)

    minimise(objective, list(numbers.values()))
    numbers["log_gamma"] = numbers["log_gamma"].repeat(n_encoders)
    for name, value in numbers.items():
        setattr(pool, name, value.detach())
    pool.is_fitted = torch.ones_like(pool.is_fitted)


def pool_loss(pool: EvidencePool, evidence: Evidence, kept: Tensor, label: Tensor) -> Tensor:
    """Mean negative log likelihood of the labels (N,) under the pool of the kept encoders (N, E), in nats."""
    return label_loss(pool(evidence, kept), label)


def _standardise(pool: EvidencePool, rows: CrossFitted) -> None:
    """Sets the label shares of the rows, and mean and deviation of the quality features of present encoders."""
    count = torch.bincount(rows.label, minlength=N_LABELS).double() + 1
    share = count / count.sum()
    pool.log_prior = torch.log(share if len(pool.log_prior) == N_LABELS else share @ torch.tensor(SALIENCE))
    pool.centre, pool.scale = moments(quality_features(rows.log_probs, rows.input_quality), rows.present)


def moments(value: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation (E, F) of features (N, E, F) over the rows that have the encoder; a deviation of 0 becomes 1.

    Examples:
        >>> moments(torch.tensor([[[1.0]], [[3.0]], [[9.0]]]), torch.tensor([[True], [True], [False]]))
        (tensor([[2.]]), tensor([[1.]]))
    """
    counts = present.to(value.dtype).unsqueeze(-1)
    n_rows = counts.sum(0).clamp_min(1)
    mean = (value * counts).sum(0) / n_rows
    deviation = (((value - mean).square() * counts).sum(0) / n_rows).sqrt()
    return mean, torch.where(deviation > LEAST_DEVIATION, deviation, 1.0)
