"""Choice between the leading components of an encoder and all of its columns, by ridge regressions on an inner fold."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from blemore_cli.core.gram import part_of
from blemore_cli.core.types import Floats
from blemore_cli.data.splits import Split

PENALTIES: Final = (0.01, 0.1, 1.0, 10.0, 100.0)
"""Of both regressions, in mean squared lengths of a row."""

STANDARD_ERRORS: Final = 2.0
"""Standard errors by which all columns must be better than the components to be kept."""

MARGIN: Final = 0.005
"""Share of the variance that is no loss."""


def components_suffice(
    gram: NDArray[np.float32], target: Floats, split: Split, coefficients: NDArray[np.float32]
) -> bool:
    """Whether the leading components tell the labels of held-out rows no worse than all columns, within the noise.

    Both sides are ridge regressions with the same penalties, fitted to one part of the training rows and judged on
    another, each with the penalty that is best there. All columns are kept where the mean difference of the squared
    errors is larger than `STANDARD_ERRORS` of its standard errors, beyond `MARGIN` of the variance.

    Source: the rule of one standard error, Breiman et al. 1984, Classification and regression trees, section 3.4.3,
    with twice as much; ridge regression in dual form, Saunders, Gammerman and Vovk 1998, ICML.

    Args:
        gram: (N, N) inner products of all rows, of which those of the split are read.
        target: (N, M) what is regressed on, the salience of the emotions.
        split: Positions of rows.
        coefficients: (n, K) of the leading components of the training part, as of `dual_components`.
    """
    train, held_out = split.train, split.held_out
    within, across = part_of(gram, train, train), part_of(gram, held_out, train)
    if not within.any():
        return True
    mean = target[train].mean(axis=0)
    y, truth = (target[train] - mean).astype(np.float32), target[held_out] - mean
    penalties = [penalty * float(np.trace(within)) / len(within) for penalty in PENALTIES]
    by_components = _best_errors(_by_components(within, across, y, penalties, coefficients), truth)
    difference = by_components - _best_errors(_by_all(within, across, y, penalties), truth)
    noise, variance = difference.std() / np.sqrt(len(difference)), np.square(truth).sum(axis=1).mean()
    return bool(difference.mean() <= STANDARD_ERRORS * noise + MARGIN * variance)


def _best_errors(predictions: Iterator[Floats], truth: Floats) -> Floats:
    """(M,) squared errors of the best of some predictions."""
    errors: list[Floats] = [np.square(predicted - truth).sum(axis=1) for predicted in predictions]
    return errors[int(np.argmin([error.mean() for error in errors]))]


def _by_components(
    within: Floats, across: Floats, y: Floats, penalties: Sequence[float], coefficients: Floats
) -> Iterator[Floats]:
    """Predictions from the projections on the leading components, for each penalty."""
    scores = within @ coefficients
    squared_factor = np.linalg.norm(coefficients[:, 0]) * np.linalg.norm(scores[:, 0])  # of scores to projections
    moments, identity = scores.T @ scores, np.eye(coefficients.shape[1], dtype=np.float32)
    for penalty in penalties:
        ridge = moments + penalty * squared_factor * identity
        yield across @ coefficients @ cho_solve(cho_factor(ridge), scores.T @ y)


def _by_all(within: Floats, across: Floats, y: Floats, penalties: Sequence[float]) -> Iterator[Floats]:
    """Predictions from all columns, through inner products, for each penalty."""
    for penalty in penalties:
        ridge = within.copy()
        ridge[np.diag_indices(len(ridge))] += penalty
        yield across @ cho_solve(cho_factor(ridge, overwrite_a=True), y)
