"""Cross-validated AUC of a linear discriminant between two groups of rows."""

from typing import Final

import numpy as np
from scipy.stats import rankdata

from blemore_cli.core.types import Bools, Floats, Ints

SHRINKAGE: Final = 0.01
"""Share of the spherical covariance that keeps the discriminant stable when columns are nearly collinear."""


def cross_validated_auc(features: Floats, is_second: Bools, fold: Ints) -> float:
    """Area under the ROC curve of a linear discriminant on the rows of each fold, fitted to those of the others.

    Fisher's discriminant with a shrunken covariance: w = ((1 - s) S + s tr(S) / D I)^-1 (m2 - m1), with the means m and
    the pooled covariance S within the groups. All folds share the sums that these are made of.
    Source: Hastie, Tibshirani and Friedman 2009, The elements of statistical learning, section 4.3; the shrinkage of
    Ledoit and Wolf 2004, Journal of Multivariate Analysis 88(2); the area as of Mann and Whitney 1947.

    Args:
        features: (N, D) float64, near zero mean and of like scale.
        is_second: (N,) whether a row is of the second group.
        fold: (N,) folds from 0; both groups have rows in each.

    Returns:
        The mean of the areas over the folds.
    """
    group = is_second.astype(np.intp)
    parts = [fold == k for k in range(int(fold.max()) + 1)]
    moments = np.stack([features[part].T @ features[part] for part in parts])
    counts = np.stack([np.bincount(group[part], minlength=2) for part in parts])
    sums = np.stack([np.stack([features[part & (group == side)].sum(axis=0) for side in (0, 1)]) for part in parts])
    areas = []
    for k, part in enumerate(parts):
        n, total = counts.sum(axis=0) - counts[k], sums.sum(axis=0) - sums[k]
        direction = _direction(moments.sum(axis=0) - moments[k], total / n[:, np.newaxis], n)
        areas.append(area_under_curve(features[part] @ direction, is_second[part]))
    return float(np.mean(areas))


def _direction(moment: Floats, mean: Floats, n: Ints) -> Floats:
    """(D,) the discriminant of two groups with means (2, D) and n (2,) rows, of their second moments (D, D) in all."""
    covariance = (moment - (mean.T * n) @ mean) / n.sum()
    width = len(covariance)
    sphere = np.trace(covariance) / width
    ridge = (1 - SHRINKAGE) * covariance + SHRINKAGE * sphere * np.eye(width)
    direction: Floats = np.linalg.lstsq(ridge, mean[1] - mean[0], rcond=None)[0]
    return direction


def area_under_curve(score: Floats, is_second: Bools) -> float:
    """Share of pairs of one row of each group, (N,) in all, in which the second's score is larger; ties count half.

    Examples:
        >>> area_under_curve(np.array([1.0, 2.0, 2.0, 3.0]), np.array([False, False, True, True]))
        0.875
    """
    n_second = int(is_second.sum())
    above = rankdata(score)[is_second].sum() - n_second * (n_second + 1) / 2
    return float(above / (n_second * (len(score) - n_second)))
