import numpy as np
import pytest
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.splits import Split
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.training.baselines import logistic
from blemore_cli.training.baselines.logistic import STRENGTHS, LogisticFit, fit_logistic

N, WIDTHS = 240, (4, 3)
INNER = [
    Split(k, train=np.flatnonzero(np.arange(N) % 3 != k), held_out=np.flatnonzero(np.arange(N) % 3 == k))
    for k in range(3)
]


def planted(labels: Ints, n_columns: int = sum(WIDTHS)) -> tuple[Floats, Ints]:
    rng = np.random.default_rng(0)
    label = rng.choice(labels, N)
    features = rng.normal(size=(N_LABELS, n_columns))[label] + rng.normal(size=(N, n_columns))
    return ((features - features.mean(axis=0)) / features.std(axis=0)).astype(np.float32), label


def fitted(features: Floats, label: Ints) -> LogisticFit:
    return fit_logistic(features, label, INNER)


def reference(features: Floats, label: Ints, strength: float, rows: Floats) -> Floats:
    model = LogisticRegression(C=strength, max_iter=1000).fit(features.astype(np.float64), label)
    prob = np.zeros((len(rows), N_LABELS))
    prob[:, model.classes_] = model.predict_proba(rows.astype(np.float64))
    return prob


@pytest.mark.parametrize("labels", [np.arange(0, 36, 3), np.array([2, 9])])
def test_probabilities_are_those_of_scikit_learn(labels: Ints) -> None:
    features, label = planted(labels)
    fit = fitted(features, label)
    found = softmax(features @ fit.weight + fit.bias, axis=1)
    np.testing.assert_allclose(found, reference(features, label, fit.strength, features), atol=1e-8)
    part = INNER[1]
    expected = reference(features[part.train], label[part.train], fit.strength, features[part.held_out])
    np.testing.assert_allclose(fit.cross_fitted_prob[part.held_out], expected, atol=1e-8)


def test_strength_has_the_smallest_held_out_loss() -> None:
    features, label = planted(np.arange(6))
    fit = fitted(features, label)
    losses = []
    for strength in STRENGTHS:
        prob = np.empty((N, N_LABELS))
        for part in INNER:
            inner = features[part.train], label[part.train]
            prob[part.held_out] = reference(*inner, strength / sum(WIDTHS), features[part.held_out])
        losses.append(held_out_losses(label, prob).mean())
    assert fit.strength == STRENGTHS[int(np.argmin(losses))] / sum(WIDTHS)
    assert held_out_losses(label, fit.cross_fitted_prob).mean() == pytest.approx(min(losses), abs=1e-8)


def test_noise_asks_for_more_shrinkage_than_signal() -> None:
    features, label = planted(np.arange(6))
    noise = np.random.default_rng(1).permutation(features)
    assert fitted(noise, label).strength < fitted(features, label).strength


def test_labels_without_rows_are_possible_and_never_predicted() -> None:
    features, label = planted(np.array([0, 7, 20]))
    label[INNER[0].held_out[:3]] = 35  # the inner model that leaves the first part out has no row of this label
    fit = fitted(features, label)
    unseen = np.setdiff1d(np.arange(N_LABELS), label)
    assert fit.cross_fitted_prob[:, unseen].max() < 1e-12
    assert fit.cross_fitted_prob[INNER[0].held_out, 35].max() < 1e-12
    assert (fit.cross_fitted_prob > 0).all()
    np.testing.assert_allclose(fit.cross_fitted_prob.sum(axis=1), 1)
    assert np.isfinite(fit.weight).all()
    assert np.isfinite(fit.bias).all()


def test_one_label_alone_is_always_predicted() -> None:
    features, label = planted(np.array([5]))
    fit = fitted(features, label)
    assert not fit.weight.any()
    assert fit.cross_fitted_prob[:, 5].min() > 1 - 1e-10


def test_more_features_than_rows_give_the_same_fit() -> None:
    features, label = planted(np.array([0, 3, 11]), n_columns=300)
    fit = fitted(features, label)
    assert fit.weight.shape == (300, N_LABELS)
    found = softmax(features @ fit.weight + fit.bias, axis=1)
    np.testing.assert_allclose(found, reference(features, label, fit.strength, features), atol=1e-6)


def test_stopping_at_the_limit_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logistic, "MAX_ITERATIONS", 2)
    features, label = planted(np.arange(6))
    assert held_out_losses(label, fitted(features, label).cross_fitted_prob).mean() < np.log(6)
