"""Cross-validated discriminant against scikit-learn's, fitted to each side of each fold."""

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import roc_auc_score

from blemore_cli.core.types import Bools, Floats, Ints
from blemore_cli.evaluation.domain_shift.discriminant import SHRINKAGE, area_under_curve, cross_validated_auc


def by_scikit_learn(features: Floats, is_second: Bools, fold: Ints) -> float:
    areas = []
    for k in range(fold.max() + 1):
        classifier = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRINKAGE)
        classifier.fit(features[fold != k], is_second[fold != k])
        areas.append(roc_auc_score(is_second[fold == k], classifier.decision_function(features[fold == k])))
    return float(np.mean(areas))


@pytest.mark.parametrize("width", [1, 12, 60])
@pytest.mark.parametrize("rank", [1, 60])
def test_areas_are_those_of_scikit_learn(width: int, rank: int) -> None:
    """Also with collinear columns, and with more columns than a fold's second group has rows."""
    rng = np.random.default_rng(width + rank)
    fold, is_second = np.arange(200) % 5, rng.random(200) < 0.2
    loadings = rng.normal(size=(min(rank, width), width))
    features = (rng.normal(size=(200, len(loadings))) + 0.4 * is_second[:, None]) @ loadings
    expected = by_scikit_learn(features, is_second, fold)
    assert cross_validated_auc(features, is_second, fold) == pytest.approx(expected, abs=1e-9)
    assert expected != 0.5


def test_ties_count_half_as_in_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    score, is_second = rng.integers(0, 6, size=80).astype(float), rng.random(80) < 0.3
    assert area_under_curve(score, is_second) == pytest.approx(roc_auc_score(is_second, score), abs=1e-12)
