"""Choice by inner trainings: the number of epochs of a fold model, and the thresholds of its decoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from blemore_cli.core.choices import Criterion
from blemore_cli.core.config.schema import Config
from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.scoring.decoder import Decoder, fit_decoder
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.training.evidence.pool_fit import CrossFittedEvidence
from blemore_cli.training.group import EpochPredictions
from blemore_cli.training.inner import InnerPart
from blemore_cli.training.predict import over_labels


@dataclass(frozen=True)
class Choice:
    """What was chosen for one fold model.

    Attributes:
        n_epochs: Number of epochs, from 1.
        decoder: The decoding rule with its numbers.
        held_out_loss: For each inner training (T,) mean loss in nats on the rows that it is judged on.
    """

    n_epochs: int
    decoder: Decoder
    held_out_loss: tuple[Floats, ...]


def choose(label: Ints, parts: Sequence[InnerPart], inner: Sequence[EpochPredictions], config: Config) -> Choice:
    """Chooses by the pooled predictions of the inner trainings on the rows that they are judged on.

    Args:
        label: (N,) labels of the table; only those of judged rows are read.
        parts: The inner trainings.
        inner: The predictions of each.
        config: How to decode, and what to choose by.
    """
    truths = [label[part.judged] for part in parts]
    probs = [_judged(part, predictions) for part, predictions in zip(parts, inner, strict=True)]
    truth, prob = np.concatenate(truths), np.concatenate(probs, axis=1)
    best = _best_epoch(truth, prob, config.train.choose_by, config)
    losses = [
        np.array([held_out_losses(true, epoch).mean() for epoch in part])
        for true, part in zip(truths, probs, strict=True)
    ]
    return Choice(best + 1, fit_decoder(truth, over_labels(prob[best]), method=config.decode.method), tuple(losses))


def cross_fitted_posterior(
    rows: Ints, parts: Sequence[InnerPart], inner: Sequence[EpochPredictions], n_epochs: int
) -> Floats | None:
    """Encoder posteriors of the training rows of a fold model, for each row by the inner training that left it out.

    Args:
        rows: (N,) training rows.
        parts: The inner trainings of the fold model; each row is judged by one of them.
        inner: The predictions of each.
        n_epochs: After how many epochs.

    Returns:
        (N, E); None where the inner trainings have no posteriors, or do not judge every row.
    """
    by_row: dict[int, Floats] = {}
    for part, predictions in zip(parts, inner, strict=True):
        if predictions.posterior is not None:
            posterior = predictions.posterior[n_epochs - 1, np.searchsorted(part.predicted, part.judged)]
            by_row |= dict(zip(part.judged.tolist(), posterior, strict=True))
    return np.stack([by_row[row] for row in rows]) if by_row.keys() >= set(rows.tolist()) else None


def cross_fitted_evidence(parts: Sequence[InnerPart], inner: Sequence[EpochPredictions]) -> CrossFittedEvidence | None:
    """What encoders say of the rows that the inner trainings are judged on, each by a training that left it out.

    Args:
        parts: The inner trainings of a fold model.
        inner: The predictions of each.
    """
    log_probs = [
        predictions.by_encoder[np.searchsorted(part.predicted, part.judged)]
        for part, predictions in zip(parts, inner, strict=True)
        if predictions.by_encoder is not None
    ]
    if not log_probs:
        return None
    return CrossFittedEvidence(np.concatenate([part.judged for part in parts]), np.concatenate(log_probs))


def _judged(part: InnerPart, predictions: EpochPredictions) -> Floats:
    """(T, M, K) predictions of the judged rows, which are among the predicted ones in ascending order."""
    return np.asarray(predictions.prob[:, np.searchsorted(part.predicted, part.judged)])


def _best_epoch(truth: Ints, prob: Floats, choose_by: Criterion, config: Config) -> int:
    """Position of the best of T epochs; the first of equally good ones."""
    if choose_by == "loss":
        return int(np.argmin([held_out_losses(truth, epoch).mean() for epoch in prob]))
    scores = []
    for epoch in map(over_labels, prob):
        decoder = fit_decoder(truth, epoch, method=config.decode.method)
        scores.append(official_scores(truth, decoder.labels(epoch)).score)
    return int(np.argmax(scores))
