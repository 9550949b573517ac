"""Multinomial logistic regression on the features of all encoders side by side."""

import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.splits import Split
from blemore_cli.evaluation.scoring.log_loss import held_out_losses

STRENGTHS: Final = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Candidates for C D: C is the weight of the summed loss beside the L2 penalty, and the best C falls as 1 / D."""

MAX_ITERATIONS: Final = 1000
"""Where the optimiser stops if it has not converged. Features like those of the challenge take 30 to 200 iterations; a
fit that was stopped is shrunk a little more, and the inner folds judge it like any other."""

NEVER: Final = -30.0
"""Logit of a label that is never predicted, beside one at 0: a probability below 1e-13 with a finite logarithm."""


@dataclass(frozen=True)
class LogisticFit:
    """A fitted model, and cross-fitted predictions of its training rows.

    Attributes:
        weight: (D, 36) coefficients of the features side by side.
        bias: (36,) intercepts; `NEVER` for a label without training rows.
        strength: The chosen C.
        cross_fitted_prob: (N, 36) predictions of each row by the inner model that left it out, at the chosen C.
    """

    weight: Floats
    bias: Floats
    strength: float
    cross_fitted_prob: Floats


def fit_logistic(features: Floats, label: Ints, inner: list[Split]) -> LogisticFit:
    """Fits the model on all N rows, at the C with the smallest log loss on inner rows that were held out.

    The features are used as they are given, standardised on all N rows: the inner models have seen mean and deviation
    of their held-out rows, but no label of theirs, and nothing of any row beyond the N. Nothing is drawn at random. Of
    equally good C the smallest wins.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd edition, section 4.4.

    Args:
        features: (N, D) standardised features of the N training rows, 0 where absent.
        label: (N,) their labels.
        inner: Splits of the positions 0 to N - 1, each position held out once.
    """
    rotation, coordinates = _in_few_coordinates(features.astype(np.float64))
    strengths = [strength / features.shape[1] for strength in STRENGTHS]
    tried = [_cross_fitted(coordinates, label, inner, strength) for strength in strengths]
    best = int(np.argmin([held_out_losses(label, prob).mean() for prob in tried]))
    weight, bias = _coefficients(coordinates, label, strengths[best])
    return LogisticFit(weight if rotation is None else rotation @ weight, bias, strengths[best], tried[best])


def _in_few_coordinates(features: Floats) -> tuple[Floats | None, Floats]:
    """Rotates (N, D) features with D > N into N coordinates; others stay as they are.

    The penalty leaves the coefficients in the span of the rows, so the fit in these coordinates is the same, in less
    time. Source: The Elements of Statistical Learning, section 18.3.5.

    Returns:
        The orthonormal (D, N) rotation back, or None, and the (N, min(N, D)) coordinates.
    """
    if features.shape[1] <= len(features):
        return None, features
    rotation, coordinates = np.linalg.qr(features.T)
    return rotation, coordinates.T


def _cross_fitted(features: Floats, label: Ints, inner: list[Split], strength: float) -> Floats:
    prob = np.full((len(label), N_LABELS), np.nan)
    for part in inner:
        weight, bias = _coefficients(features[part.train], label[part.train], strength)
        prob[part.held_out] = softmax(features[part.held_out] @ weight + bias, axis=1)
    return prob


def _coefficients(features: Floats, label: Ints, strength: float) -> tuple[Floats, Floats]:
    """(D, 36) weights and (36,) biases; a label without rows is never predicted, a label alone always."""
    weight, bias = np.zeros((features.shape[1], N_LABELS)), np.full(N_LABELS, NEVER)
    seen = np.unique(label)
    if len(seen) == 1:
        bias[seen] = 0
        return weight, bias
    model = LogisticRegression(C=strength, max_iter=MAX_ITERATIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # what a stopped fit is worth: see MAX_ITERATIONS
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)  # labels, however few the rows
        model.fit(features, label)
    fitted, intercept = model.coef_.T, model.intercept_
    if len(seen) == 2:  # scikit-learn fits the log odds of the second label, half of which goes to each
        fitted, intercept = fitted * [-0.5, 0.5], intercept * [-0.5, 0.5]
    weight[:, seen], bias[seen] = fitted, intercept
    return weight, bias
