"""Shift of an encoder between training and test features: AUC of a train-against-test classifier.

A model has not been trained on features like those of an encoder whose test clips are easily told from its training
clips, and may fail on them.
Source: the classifier two-sample test, Lopez-Paz and Oquab 2017 (arXiv 1610.06545).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.decomposition import PCA

from blemore_cli.core.rng import derived_seed, numpy_generator
from blemore_cli.core.types import Bools, Floats, Ints, Strings
from blemore_cli.evaluation.domain_shift.discriminant import cross_validated_auc

N_FOLDS: Final = 5
D_MAX: Final = 64
"""Wider features are reduced to this many principal components."""

WIDE_ITERATIONS: Final = 3
"""Power iterations for features with more columns than rows; with twenty the AUC changes by 0.004 in the mean."""

CLEAR_AUC: Final = 0.85
"""A round number set by hand between the two groups of real encoders; see docs/results.md."""


@dataclass(frozen=True)
class Shift:
    """Area under the ROC curve of a linear classifier of test against training clips, and its null range.

    Attributes:
        auc: The area on actors that it was not trained on, 0.5 without any shift; None with too few clips or actors.
        null_low: 5 % quantile of the same figure between groups of training actors; None where these are too few.
        null_high: 95 % quantile of it, or None; an `auc` above it is a shift beyond that of other actors.
    """

    auc: float | None
    null_low: float | None
    null_high: float | None


def shift_auc(features: Floats, is_test: Bools, actor: Strings, *, seed: int, n_null: int = 20) -> Shift:
    """Estimates the shift between training and test features, with the range expected without any shift.

    The classifier is a linear discriminant, cross-validated so that training actors never appear on both sides. Test
    clips are anonymous, so they are assigned to folds at random, and the classifier may recognise a test actor. The
    null is therefore built alike: random groups of training actors with the test clips' share play the test split,
    their clips assigned at random as if they were anonymous, against the actors that remain. Comparing `auc` with 0.5
    would call any two sets of actors shifted; comparing it with the null does not.

    Standardisation and principal components see all rows but no membership.

    Args:
        features: (N, D) finite features of the clips that have them.
        is_test: (N,) whether a clip belongs to the test split.
        actor: (N,) actors; those of test clips are not read. Training clips with an empty actor count as one.
        seed: Decides folds and null groups.
        n_null: Number of null groups.

    Returns:
        The AUC (mean over folds) and its 90 % null range. All are None with fewer than 5 test clips or 5 training
        actors; the range is also None where the training actors are too few to be divided like that again.
    """
    if not _can_be_split(is_test, actor):
        return Shift(None, None, None)
    reduced = _reduced(features, seed)
    auc = _grouped_auc(reduced, is_test, actor, numpy_generator(seed, "shift", "folds"))
    train = ~is_test
    return Shift(auc, *_null_range(reduced[train], float(is_test.mean()), actor[train], seed=seed, n_null=n_null))


def fold_shifts(
    features: Floats, fold: Ints, actor: Strings, *, seed: int, null: Shift | None = None, n_null: int = 20
) -> dict[int, Shift]:
    """Estimates the shift of every official fold, which plays the test split against the remaining folds.

    Its clips are taken as anonymous: they are assigned to cross-validation folds one by one, and their actors are not
    read. The null range is that of random groups of training actors whichever fold plays the test split, so it is
    estimated once.

    Args:
        features: (N, D) finite features of the training clips that have them.
        fold: (N,) their official folds.
        actor: (N,) their actors.
        seed: Decides folds and null groups.
        null: A shift whose range is taken; without one, groups of the size of a fold give it.
        n_null: Number of null groups.

    Returns:
        The shift of each fold that has such clips, in ascending order; figures are None where `shift_auc` gives None.
    """
    if len(features) == 0:
        return {}
    names, reduced = np.unique(fold), _reduced(features, seed)
    if null is None or null.null_high is None:
        low, high = _null_range(reduced, 1 / max(1, len(names)), actor, seed=seed, n_null=n_null)
    else:
        low, high = null.null_low, null.null_high
    shifts = {}
    for k in map(int, names):
        auc = _grouped_auc(reduced, fold == k, actor, numpy_generator(seed, "shift", "folds", k))
        shifts[k] = Shift(None, None, None) if auc is None else Shift(auc, low, high)
    return shifts


def _null_range(
    reduced: Floats, share: float, actor: Strings, *, seed: int, n_null: int
) -> tuple[float | None, float | None]:
    """5 % and 95 % quantile of the AUC of random groups of training actors that hold a share of all clips."""
    null = []
    for draw in range(n_null):
        generator = numpy_generator(seed, "shift", "null", draw)
        pseudo_test = _random_actors(actor, share, generator)
        null.append(_grouped_auc(reduced, pseudo_test, actor, generator))
    known = [value for value in null if value is not None]
    low, high = np.quantile(known, [0.05, 0.95]).tolist() if known else (None, None)
    return low, high


def _reduced(features: Floats, seed: int) -> Floats:
    """Standardised columns without the constant ones, or their first principal components where there are many."""
    is_wide = features.shape[1] > max(D_MAX, len(features))
    values = _standardised(features, np.float32 if is_wide else np.float64)
    if values.shape[1] <= D_MAX:
        return values
    reduction = PCA(
        min(D_MAX, len(values)),
        svd_solver="randomized",
        iterated_power=WIDE_ITERATIONS if is_wide else "auto",
        random_state=derived_seed(seed, "shift", "pca") % 2**32,
        copy=False,
    )
    return np.asarray(reduction.fit_transform(values), dtype=np.float64)


def _standardised(features: Floats, dtype: type[np.float32 | np.float64]) -> Floats:
    """Deviations (N, D') from the mean of the D' columns that vary, with variance 1; moments are in float64."""
    values: Floats = np.subtract(features, features.mean(axis=0, dtype=np.float64), dtype=dtype)
    spread = np.sqrt(np.einsum("ij,ij->j", values, values, dtype=np.float64) / len(values))
    if not spread.all():
        values, spread = values[:, spread > 0], spread[spread > 0]
    values /= spread.astype(dtype)
    return values


def _grouped_auc(features: Floats, is_test: Bools, actor: Strings, generator: np.random.Generator) -> float | None:
    """AUC of telling the two sides apart, mean over folds; None where a fold would lack either side."""
    if not _can_be_split(is_test, actor):
        return None
    if not features.shape[1]:
        return 0.5  # constant features cannot separate the sides
    return cross_validated_auc(features, is_test, _folds(is_test, actor, generator))


def _can_be_split(is_test: Bools, actor: Strings) -> bool:
    """Whether every fold can have a training actor and a test clip."""
    return len(np.unique(actor[~is_test])) >= N_FOLDS and int(is_test.sum()) >= N_FOLDS


def _folds(is_test: Bools, actor: Strings, generator: np.random.Generator) -> Ints:
    """(N,) folds: training clips by actor, test clips one by one, in random order."""
    fold = np.empty(len(actor), dtype=np.int64)
    names, index = np.unique(actor[~is_test], return_inverse=True)
    fold[~is_test] = _random_folds(len(names), generator)[index]
    fold[is_test] = _random_folds(int(is_test.sum()), generator)
    return fold


def _random_folds(n: int, generator: np.random.Generator) -> Ints:
    """(n,) folds of nearly equal size in random order."""
    return generator.permutation(np.arange(n) % N_FOLDS)


def _random_actors(actor: Strings, share: float, generator: np.random.Generator) -> Bools:
    """(N,) whether a clip's actor is in a random group of actors that holds about this share of the clips."""
    names, index, n_clips = np.unique(actor, return_inverse=True, return_counts=True)
    order = generator.permutation(len(names))
    reached = n_clips[order].cumsum()
    n_chosen = 1 + np.abs(reached - share * len(actor)).argmin()
    chosen: Bools = np.isin(index, order[:n_chosen])
    return chosen


def shift_summary(shift: Shift) -> str:
    """Describes a shift: within the null range, slightly above it, clearly above it, or unknown."""
    if shift.auc is None or shift.null_high is None:
        return "unknown: too few clips"
    if shift.auc <= shift.null_high:
        return "as between actors"
    return "shifted: may collapse on the test clips" if is_clearly_shifted(shift) else "slightly shifted"


def is_clearly_shifted(shift: Shift) -> bool:
    """Whether the AUC is above the null range and at least `CLEAR_AUC`."""
    if shift.auc is None or shift.null_high is None:
        return False
    return shift.auc > shift.null_high and shift.auc >= CLEAR_AUC
