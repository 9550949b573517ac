"""Merit of each encoder alone, cross-fitted on training rows: the ranking of the `fixed` selection."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from sklearn.linear_model import Ridge

from blemore_cli.core.labels import SALIENCE
from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.splits import Split
from blemore_cli.training.scaler import Rows

RIDGE_PER_COLUMN: Final = 1.0

UNJUDGED: Final = -1e9
"""Merit of an encoder without rows to judge it on: the smallest, yet finite, so that it ranks before an absent one."""


def encoder_merit(rows: Rows, widths: Sequence[int], label: Ints, inner: list[Split]) -> Floats:
    """Cross-fitted share of the salience variance that a ridge regression on each encoder explains.

    Args:
        rows: N standardised rows.
        widths: Width of each encoder in them.
        label: (N,) true labels; only those of the inner splits' rows are read.
        inner: Splits of the training rows.

    Returns:
        (E,) R squared over the held-out rows, 1 at best; larger is better. `UNJUDGED` without such rows.
    """
    present = rows.present.cpu().numpy()
    features = torch.split(rows.columns.cpu(), list(widths), dim=1)
    return np.array(
        [
            _explained(matrix.numpy(), SALIENCE[label], present[:, encoder], inner)
            for encoder, matrix in enumerate(features)
        ]
    )


def _explained(features: Floats, target: Floats, present: np.ndarray, inner: list[Split]) -> float:
    residual = total = 0.0
    for split in inner:
        train, held_out = split.train[present[split.train]], split.held_out[present[split.held_out]]
        if not len(train) or not len(held_out):
            continue
        mean = target[train].mean(axis=0)
        predicted = mean + ridge_prediction(features[train], target[train] - mean, features[held_out])
        residual += float(((target[held_out] - predicted) ** 2).sum())
        total += float(((target[held_out] - mean) ** 2).sum())
    return 1 - residual / total if total else UNJUDGED


def ridge_prediction(train: Floats, target: Floats, held_out: Floats) -> Floats:
    """Ridge regression without intercept: (M, K) predictions of held-out (M, D) from (N, D) and targets (N, K).

    The penalty is the number of columns times the mean square of the features, so that it does not depend on width.
    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd edition, section 3.4.1.
    """
    train = train.astype(np.float64)
    penalty = RIDGE_PER_COLUMN * train.shape[1] * max(float((train**2).mean()), 1e-12)
    model = Ridge(alpha=penalty, fit_intercept=False).fit(train, target)
    return np.asarray(model.predict(held_out.astype(np.float64)))
